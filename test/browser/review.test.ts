/** Trying pods on the page, in Chromium. */
import { join } from 'node:path'
import t from 'tap'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig } from '../../src/istio/example.ts'
import { severalRevisions } from '../../src/revisions/revisions.ts'
import { exampleRevisions, newPage, open, patience, screenshots, serve, startBrowser } from './harness.ts'

const browser = await startBrowser()
t.teardown(() => browser.close())
t.setTimeout(patience)

t.test('the example is injected, and its changes are shown side by side', async (t) => {
  const { page, faults } = await open(browser, await serve(t))
  await page.getByRole('button', { name: 'Example' }).click()
  const answer = page.getByRole('article')
  await answer.waitFor()
  t.match(await answer.getByRole('heading', { level: 2 }).textContent(), /Injected.*bookinfo\/productpage-v1/)
  t.match(await page.getByRole('status').textContent(), /bookinfo\/productpage-v1: Injected, policy-enabled/)

  const table = answer.getByRole('table')
  t.match(
    await table.locator('caption').textContent(),
    /What changes in bookinfo\/productpage-v1: \d+ lines added/,
  )
  const added = table.locator('tr', { hasText: 'name: istio-proxy' }).first()
  t.equal(
    await added.locator('.sign.added').textContent(),
    '+added',
    'a sign, and a word for who cannot see it',
  )

  const folded = await table.locator('tr').count()
  await table
    .getByRole('button', { name: /Show \d+ unchanged lines/ })
    .first()
    .click()
  t.ok((await table.locator('tr').count()) > folded)

  await answer.getByRole('button', { name: 'One column' }).click()
  t.equal(await answer.getByRole('table').locator('tr').first().locator('th').count(), 4)
  t.equal(await answer.getByRole('button', { name: 'One column' }).getAttribute('aria-pressed'), 'true')

  await answer.getByText('What template sidecar rendered').click()
  t.match(await answer.locator('.listing').first().textContent(), /name: istio-proxy/)
  await answer.getByText('The patch').click()
  t.match(await answer.locator('.listing').last().textContent(), /"op":"add"/)
  await page.screenshot({ path: join(screenshots, 'review-answer.png'), fullPage: true })
  t.same(faults, [])
})

t.test('what cannot be read is shown with its line, which the editor goes to', async (t) => {
  const { page, faults } = await open(browser, await serve(t))
  await page.getByLabel('Pod or workload').fill('kind: Pod\nmetadata:\n  name: a: b\n')
  await page.getByRole('button', { name: 'Review', exact: false }).last().click()
  const alert = page.locator('#text-fault')
  await alert.waitFor()
  t.match(await alert.textContent(), /mapping values are not allowed[^]*3 \| {3}name: a: b[^]*\^/)
  await alert.getByRole('button', { name: 'Go to line 3' }).click()
  const selected = await page.evaluate(() => {
    const area = document.querySelector<HTMLTextAreaElement>('#text')
    return area?.value.slice(area.selectionStart, area.selectionEnd)
  })
  t.equal(selected, ': b')
  await page.screenshot({ path: join(screenshots, 'review-fault.png') })

  await page.getByLabel('Pod or workload').fill('')
  await page.keyboard.press('Control+Enter')
  t.match(await alert.textContent(), /nothing to review yet/)
  await page.getByLabel('Pod or workload').fill('kind: Pod\nspec: {}')
  await page.getByLabel('Its labels').fill('nonsense')
  await page.keyboard.press('Control+Enter')
  t.match(await page.locator('#labels-fault').textContent(), /nonsense.*key=value/)
  t.equal(await page.evaluate(() => document.activeElement?.id), 'labels')
  t.same(faults, [])
})

t.test('a failure in what a template rendered is marked there', async (t) => {
  const config = 'policy: enabled\ntemplates:\n  sidecar: |\n    spec: {}\n    a: b: c\n'
  const settings = compileSettings({ config, values: undefined, mesh: undefined, istioVersion: '1.20.0' })
  const revisions = severalRevisions(new Map([['default', settings]]), new Map())
  const { page, faults } = await open(browser, await serve(t, { revisions }))
  await page.getByRole('button', { name: 'Example' }).click()
  await page.getByRole('article').waitFor()
  t.match(await page.getByRole('heading', { level: 2 }).textContent(), /^Refused/)
  t.match(await page.locator('.fault-text').textContent(), /2 \| a: b: c/)
  t.equal(await page.locator('.listing .faulty').first().textContent(), 'a: b: c (the fault is in this line)')
  t.ok(await page.locator('.listing').isVisible(), 'and is open')
  t.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0)
  await page.screenshot({ path: join(screenshots, 'review-failed.png'), fullPage: true })
  t.same(faults, [])
})

t.test('revision and labels choose', async (t) => {
  const settings = compileSettings({ config: exampleConfig, values: undefined, mesh: undefined })
  const revisions = severalRevisions(new Map([['1-20', settings]]), new Map([['stable', '1-20']]))
  const { page, faults } = await open(browser, await serve(t, { revisions }))
  const verdict = page.getByRole('heading', { level: 2 })
  const options = await page.getByLabel('Revision').locator('option').allTextContents()
  t.same(options, ['As the labels say', '1-20 (Istio 1.0.0)', 'stable (tag of 1-20)'])
  await page.getByRole('button', { name: 'Example' }).click()
  await page.getByText('Not injected', { exact: true }).waitFor()
  t.match(
    await page.locator('.answers .facts').textContent(),
    /revision-unknown/,
    'there is no default revision',
  )
  await page.getByLabel('Its labels').fill('istio.io/rev=1-20')
  await page.keyboard.press('Control+Enter')
  await page.getByText('label istio.io/rev of the namespace names it').waitFor()
  t.match(await verdict.textContent(), /^Injected/)
  await page.getByLabel('Its labels').fill('')
  await page.getByLabel('Revision').selectOption('stable')
  await page.keyboard.press('Control+Enter')
  await page.getByText('the path names it').waitFor()
  t.same(faults, [])
})

t.test('nothing that a pod says becomes markup', async (t) => {
  const { page, faults } = await open(browser, await serve(t))
  const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
  const pod = {
    kind: 'Pod',
    metadata: { name: evil, annotations: { [evil]: evil } },
    spec: { nodeName: evil },
  }
  await page.getByLabel('Pod or workload').fill(JSON.stringify({ ...pod, kind: 'Pod' }, undefined, 1))
  await page.keyboard.press('Control+Enter')
  await page.getByRole('article').waitFor()
  t.equal(await page.locator('article img, article script').count(), 0)
  t.match(await page.title(), /^Review a pod/)
  t.same(faults, [])
})

t.test('many pods are told as a sum, and opened one by one', async (t) => {
  const { page, faults } = await open(browser, await serve(t))
  const pods = ['false', 'true', 'false', 'false'].map((hostNetwork, at) =>
    ['kind: Pod', `metadata: {name: web-${at}}`, `spec: {hostNetwork: ${hostNetwork}}`].join('\n'),
  )
  await page.getByLabel('Pod or workload').fill(pods.join('\n---\n'))
  await page.keyboard.press('Control+Enter')
  await page.getByRole('article').last().waitFor()
  const sum = '4 pods: 3 injected, 1 not injected.'
  t.equal(await page.locator('.answers .note').first().textContent(), sum)
  t.equal(await page.locator('#told').textContent(), sum)
  t.equal(await page.locator('.diff').count(), 0)
  await page.getByText('What changes').first().click()
  await page.locator('.diff').waitFor()
  t.equal(await page.locator('.diff').count(), 1)
  t.same(faults, [])
})

t.test('settings that come while the page is open are seen', async (t) => {
  const none = severalRevisions(new Map(), new Map())
  let revisions = none
  const address = await serve(t, { revisions: () => revisions })
  const { page, faults } = await newPage(browser, address)
  await page.clock.install()
  await page.goto(address)
  await page.getByText('no settings yet').waitFor()
  revisions = exampleRevisions
  await page.clock.runFor(5100)
  await page.locator('#served').getByText('Istio 1.0.0').waitFor()
  t.match(await page.getByLabel('Revision').locator('option').allTextContents(), [
    /labels/,
    'default (Istio 1.0.0)',
  ])
  t.same(faults, [])
})

t.test('a server that is gone is told of', async (t) => {
  const closers: (() => unknown)[] = []
  const address = await serve({ teardown: (handler) => void closers.push(handler) })
  const { page } = await open(browser, address)
  for (const close of closers) await close()
  await page.getByRole('button', { name: 'Example' }).click()
  const trouble = page.locator('#trouble')
  await trouble.waitFor()
  t.match(await trouble.textContent(), /does not answer.*port-forward/)
})
