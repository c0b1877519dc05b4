/** The picture of a cluster by keyboard and for who listens, while the cluster changes. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { sumUp } from '../../src/coverage/coverage-of.ts'
import type { Coverage } from '../../src/coverage/types.ts'
import { madeCluster } from './made-cluster.ts'
import { newPage, open, patience, screenshots, serve, startBrowser } from './harness.ts'

const browser = await startBrowser()
t.teardown(() => browser.close())
t.setTimeout(patience)

t.test('all of it can be done by keyboard', async (t) => {
  const { page, faults } = await open(
    browser,
    `${await serve(t, { coverage: () => madeCluster(12, 200) })}#cluster`,
  )
  await page.locator('.namespace').first().waitFor()
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement
      const { outlineStyle } = getComputedStyle(element?.closest('.namespace') ?? element ?? document.body)
      return { text: element?.textContent?.trim() ?? '', outlineStyle, id: element?.id ?? '' }
    })
  await page.keyboard.press('Tab')
  t.match(await focused(), { text: 'Skip to the content' })
  const seen: string[] = []
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab')
    const { text, id, outlineStyle } = await focused()
    if (id !== 'cluster-reason') seen.push(text)
    t.equal(outlineStyle, 'solid', `the focus on ${text.slice(0, 30)} is to be seen`)
    if (await page.evaluate(() => document.activeElement?.classList.contains('namespace-name'))) break
  }
  t.match(
    seen.join('|'),
    /Review a pod\|Cluster\|All pods.*\|Injected.*\|Outdated.*\|Missing.*\|Left out.*\|Picture\|Table\|/,
  )
  const { text: first } = await focused()
  await page.keyboard.press('ArrowDown')
  const { text: second } = await focused()
  t.not(second, first, 'arrows go from namespace to namespace')
  await page.keyboard.press('ArrowRight')
  t.not((await focused()).text, second)
  await page.keyboard.press('Home')
  t.equal((await focused()).text, first)
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog')
  await drawer.waitFor()
  t.equal((await focused()).text, first, 'the focus is on the heading of what was opened')
  await page.keyboard.press('Escape')
  t.equal(await drawer.count(), 0)
  t.match(await focused(), { text: first }, 'and comes back')
  t.same(faults, [])
})

/** What a screen reader says of where the focus is. */
async function told(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement
    const list = element?.parentElement
    return {
      role: element?.getAttribute('role') ?? '',
      name: element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '',
      description: element?.getAttribute('aria-description') ?? '',
      place: `${element?.getAttribute('aria-posinset')} of ${element?.getAttribute('aria-setsize')}`,
      list: list?.getAttribute('role') === 'listbox' ? (list.getAttribute('aria-label') ?? '') : '',
    }
  })
}

/** Opens the picture of a cluster with the focus on the first pod of its first namespace. */
async function onFirstPod(page: Page) {
  await page.locator('.namespace').first().waitFor()
  await page.locator('.namespace-name').first().focus()
  await page.keyboard.press('Tab')
}

t.test('every hexagon is reached by arrow keys, and says what it is', async (t) => {
  const cluster = madeCluster(12, 200)
  const { page, faults } = await open(browser, `${await serve(t, { coverage: () => cluster })}#cluster`)
  await onFirstPod(page)
  const first = await told(page)
  t.match(first, {
    role: 'option',
    name: /^\S+, namespace \S+, (?:missing|outdated): \S+$/,
    description: / /,
    place: /^1 of \d+$/,
    list: /^Pods of \S+$/,
  })
  t.ok(await page.locator('.keys').isVisible(), 'the keys are told as long as they are used')
  t.match(await page.getByRole('tooltip').textContent(), first.name.split(',')[0] ?? '', 'and to who sees it')

  const seen = new Set<string>()
  for (let presses = 0; presses < 205; presses++) {
    seen.add((await told(page)).name)
    await page.keyboard.press('ArrowRight')
  }
  const all = cluster.namespaces.flatMap(({ name, pods }) =>
    pods.map((pod) => `${pod.name}, namespace ${name}`),
  )
  t.equal(seen.size, 200, 'no more than there are')
  t.same(
    all.filter((start) => ![...seen].some((name) => name.startsWith(`${start}, `))),
    [],
    'and none is left out',
  )
  t.equal(await page.locator('[role=option]').count(), 1, 'though but one of them is an element')
  const last = await told(page)
  t.match(
    last.place.split(' of '),
    [/(\d+)/, last.place.split(' of ')[0]],
    'the last one of the last namespace',
  )
  await page.keyboard.press('Control+Home')
  t.same(await told(page), first)
  const third = page.locator('.namespace-name').nth(2)
  await third.focus()
  await page.keyboard.press('Tab')
  t.equal(
    (await told(page)).list,
    `Pods of ${await third.textContent()}`,
    'Tab leads to the pods of where one is',
  )
  await page.keyboard.press('Control+End')
  t.same(await told(page), last)
  t.same(faults, [])
})

t.test('keys go over hexagons as the eye does', async (t) => {
  const cluster = madeCluster(6, 400)
  const { page, faults } = await open(browser, `${await serve(t, { coverage: () => cluster })}#cluster`)
  await onFirstPod(page)
  const at = () =>
    page.evaluate(() => {
      const { x = 0, y = 0 } = document.activeElement?.getBoundingClientRect() ?? {}
      return { x: Math.round(x + window.scrollX), y: Math.round(y + window.scrollY) }
    })
  const namespaceOf = async () => (await told(page)).list
  const start = await at()
  await page.keyboard.press('ArrowDown')
  const below = await at()
  t.ok(below.y > start.y && Math.abs(below.x - start.x) < 12, JSON.stringify([start, below]))
  await page.keyboard.press('ArrowRight')
  const right = await at()
  t.ok(right.x > below.x && right.y === below.y)
  await page.keyboard.press('ArrowUp')
  t.ok((await at()).y === start.y)
  await page.keyboard.press('End')
  const end = await told(page)
  t.match(end.place, /^(\d+) of \1$/)
  const first = await namespaceOf()
  await page.keyboard.press('ArrowDown')
  t.not(await namespaceOf(), first, 'below the last row is the next namespace')
  t.match((await told(page)).place, /^1 of /)
  await page.keyboard.press('ArrowLeft')
  t.same(await told(page), end, 'and before its first pod the last one of this')
  await page.keyboard.press('PageDown')
  t.not(await namespaceOf(), first)
  await page.keyboard.press('PageUp')
  t.match(await told(page), { list: first, place: /^1 of / })
  await page.screenshot({ path: join(screenshots, 'keyboard-pod.png') })

  const pod = await told(page)
  for (const key of ['Enter', 'Space']) {
    await page.keyboard.press(key)
    const drawer = page.getByRole('dialog')
    await drawer.waitFor()
    t.match(await drawer.locator('tr.chosen').textContent(), pod.name.split(',')[0] ?? '')
    await page.keyboard.press('Escape')
    t.same(await told(page), pod, 'the focus is where it was')
  }
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tooltip').waitFor()
  await page.keyboard.press('Escape')
  t.equal(await page.getByRole('tooltip').count(), 0, 'what covers something can be sent away')
  t.equal((await told(page)).role, 'option')
  await page.keyboard.press('Escape')
  t.equal(`Pods of ${(await told(page)).name}`, first, 'and then it goes back to the namespace')
  t.same(faults, [])
})

t.test('only what is meant is gone through', async (t) => {
  const cluster = madeCluster(12, 300)
  const { page } = await open(browser, `${await serve(t, { coverage: () => cluster })}#cluster`)
  await page.locator('.namespace').first().waitFor()
  await page.getByRole('button', { name: /^Outdated/ }).click()
  t.match(
    await page.locator('#cluster-told').textContent(),
    `${cluster.outdated} pods of 300`,
    'which is told',
  )
  await page.locator('.namespace-name').first().focus()
  await page.keyboard.press('Tab')
  const seen = new Set<string>()
  for (let presses = 0; presses < cluster.outdated + 3; presses++) {
    seen.add((await told(page)).name)
    await page.keyboard.press(presses % 4 === 0 ? 'ArrowDown' : 'ArrowRight')
    t.match((await told(page)).name, /, outdated: /)
  }
  t.ok(seen.size > 3)
})

t.test('what has the focus is never below the bar at the top, or the hint at the bottom', async (t) => {
  const cluster = madeCluster(60, 1500)
  const { page } = await open(browser, `${await serve(t, { coverage: () => cluster })}#cluster`, {
    viewport: { width: 1000, height: 420 },
  })
  await onFirstPod(page)
  const isFree = () =>
    page.evaluate(() => {
      const focused = document.activeElement?.getBoundingClientRect()
      const bar = document.querySelector('.top')?.getBoundingClientRect()
      const keys = document.querySelector('.keys')?.getBoundingClientRect()
      if (!focused || !bar || !keys) return false
      return focused.top >= bar.bottom && focused.bottom <= keys.top
    })
  const keys = [
    'PageDown',
    'PageDown',
    'ArrowDown',
    'Control+End',
    'ArrowUp',
    'PageUp',
    'PageUp',
    'ArrowUp',
    'ArrowUp',
  ]
  for (const key of keys) {
    await page.keyboard.press(key)
    t.ok(await isFree(), key)
  }
})

t.test('the picture follows the cluster, and keeps focus, place and scroll', async (t) => {
  let cluster = madeCluster(40, 900)
  const address = await serve(t, { coverage: () => cluster })
  const { page, faults } = await newPage(browser, address, { viewport: { width: 1000, height: 500 } })
  await page.clock.install()
  await page.goto(`${address}#cluster`)
  await onFirstPod(page)
  for (let presses = 0; presses < 9; presses++) await page.keyboard.press('PageDown')
  await page.keyboard.press('ArrowRight')
  const pod = await told(page)
  const before = await page.evaluate(() => {
    document.activeElement?.setAttribute('data-same', '')
    return { scroll: window.scrollY, top: document.activeElement?.getBoundingClientRect().top ?? 0 }
  })
  t.ok(before.scroll > 0)

  // Other pods come, and others go; the one with the focus stays what it is.
  cluster = changed(madeCluster(40, 900), { without: pod.name })
  await page.clock.runFor(5100)
  await page.getByText('1,080 pods in 42 namespaces').waitFor()
  t.match(await told(page), { name: pod.name, role: 'option' })
  t.equal(await page.locator('[data-same]').count(), 1, 'it is not even told again')
  const top = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? 0)
  t.ok(Math.abs(top - before.top) < 2, `it stays in the window where it is: ${before.top}, ${top}`)
  t.match(await page.getByRole('tooltip').textContent(), pod.name.split(',')[0] ?? '')

  // Its pod goes.
  cluster = changed(cluster, { only: pod.name })
  await page.clock.runFor(5100)
  await page.getByText('1,079 pods in 42 namespaces').waitFor()
  t.equal((await told(page)).list, pod.list, 'the next of the same namespace has it')
  const next = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? 0)
  t.ok(Math.abs(next - before.top) < 16, `in the same row or the next: ${before.top}, ${next}`)
  t.not((await told(page)).name, pod.name)

  // The namespace goes.
  const namespace = pod.list.replace('Pods of ', '')
  cluster = sumUp(
    cluster.namespaces.flatMap(({ pods }) => pods).filter((one) => one.namespace !== namespace),
    new Map(),
    [],
  )
  await page.clock.runFor(5100)
  await page.getByText('pods in 41 namespaces').waitFor()
  t.match(await told(page), { role: 'option' })
  t.not((await told(page)).list, pod.list)
  t.same(faults, [])
})

/** A cluster with other pods, two namespaces and all states anew; or without one pod. */
function changed(cluster: Coverage, how: { without: string } | { only: string }): Coverage {
  const name = ('only' in how ? how.only : how.without).split(',')[0]
  const pods = cluster.namespaces.flatMap(({ pods }) => pods)
  if ('only' in how)
    return sumUp(
      pods.filter((pod) => pod.name !== name),
      new Map(),
      [],
    )
  const turned = pods.map((pod, index) =>
    pod.name !== name && index % 3 === 0
      ? { ...pod, state: 'outdated' as const, reason: 'image-changed' as const }
      : pod,
  )
  const more = pods.slice(0, 90).flatMap((pod) => [
    { ...pod, namespace: 'aaa-new', name: `${pod.name}-1` },
    { ...pod, namespace: 'zzz-new', name: `${pod.name}-2` },
  ])
  return sumUp([...turned, ...more], new Map(), [])
}

t.test('table and drawer keep the focus, too', async (t) => {
  let cluster = madeCluster(20, 300)
  const address = await serve(t, { coverage: () => cluster })
  const { page, faults } = await newPage(browser, address)
  await page.clock.install()
  await page.goto(`${address}#cluster`)
  await page.locator('.namespace').first().waitFor()
  await page.getByRole('button', { name: 'Table' }).click()
  await page.locator('.namespaces-table .namespace-name').nth(3).focus()
  const name = (await told(page)).name
  cluster = changed(cluster, { without: 'none' })
  await page.clock.runFor(5100)
  await page.getByText('480 pods in 22 namespaces').waitFor()
  t.equal((await told(page)).name, name)

  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('region').focus()
  const gone = (await drawer.locator('tbody th .mono').first().textContent()) ?? ''
  cluster = changed(cluster, { only: gone })
  await page.clock.runFor(5100)
  await page.getByText('479 pods in 22 namespaces').waitFor()
  t.equal((await told(page)).role, 'region')
  t.notOk((await drawer.locator('tbody th .mono').allTextContents()).includes(gone), 'it shows how it is now')

  cluster = sumUp(
    cluster.namespaces.flatMap(({ pods }) => pods).filter((pod) => pod.namespace !== name),
    new Map(),
    [],
  )
  await page.clock.runFor(5100)
  await drawer.getByText('this is how it was last').waitFor()
  await page.keyboard.press('Escape')
  // Its row is gone, to which the focus would have come back.
  await page.waitForSelector('.table-scroll:focus')
  t.same(faults, [])
})
