/** What axe and a ruler say of the page: light, dark, narrow, and without motion. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type axe from 'axe-core'
import type { BrowserContextOptions, Page } from 'playwright-core'
import t from 'tap'
import { madeCluster } from './made-cluster.ts'
import { open, patience, screenshots, serve, startBrowser } from './harness.ts'

const browser = await startBrowser()
t.teardown(() => browser.close())
t.setTimeout(patience)
const axeText = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Every view, with something in it. */
const views: readonly (readonly [name: string, hash: string, prepare: (page: Page) => Promise<unknown>])[] = [
  ['empty', '', (page) => page.getByRole('button', { name: 'Example' }).waitFor()],
  [
    'answer',
    '',
    async (page) => {
      await page.getByRole('button', { name: 'Example' }).click()
      await page.getByRole('article').waitFor()
      await page.getByText('What template sidecar rendered').click()
    },
  ],
  [
    'fault',
    '',
    async (page) => {
      await page.getByLabel('Pod or workload').fill('a: b: c')
      await page.keyboard.press('Control+Enter')
      await page.locator('#text-fault').waitFor()
    },
  ],
  ['cluster', '#cluster', (page) => page.locator('.namespace').first().waitFor()],
  [
    'pod',
    '#cluster',
    async (page) => {
      await page.locator('.namespace-name').first().focus()
      await page.keyboard.press('Tab')
      await page.getByRole('tooltip').waitFor()
    },
  ],
  [
    'table',
    '#cluster',
    async (page) => {
      await page.getByRole('button', { name: 'Table' }).click()
      await page.getByRole('table').waitFor()
    },
  ],
  [
    'drawer',
    '#cluster',
    async (page) => {
      await page.locator('.namespace-name').first().click()
      await page.getByRole('dialog').waitFor()
    },
  ],
]

const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
]

interface Violation {
  readonly id: string
  readonly targets: readonly string[]
}

/** What axe has to say. Its script is run by the browser's debugger, which the page's policy does not bind. */
async function violations(page: Page): Promise<Violation[]> {
  await page.evaluate(axeText)
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map(({ id, nodes }) => ({
      id,
      targets: nodes
        .slice(0, 5)
        .map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
    }))
  })
}

declare global {
  interface Window {
    axe: typeof axe
  }
}

for (const [look, options] of looks) {
  t.test(`axe finds nothing, ${look}`, async (t) => {
    const address = await serve(t, { coverage: () => madeCluster(20, 300) })
    for (const [view, hash, prepare] of views) {
      const { page, faults } = await open(browser, `${address}${hash}`, {
        reducedMotion: 'reduce',
        ...options,
      })
      await prepare(page)
      await page.screenshot({ path: join(screenshots, `${view}-${look}.png`), fullPage: view !== 'drawer' })
      t.same(await violations(page), [], view)
      const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      t.ok(width <= 0, `${view} scrolls up and down only (${width})`)
      t.same(faults, [], view)
      await page.context().close()
    }
  })
}

t.test('nothing moves for those who want it so', async (t) => {
  const address = await serve(t, { coverage: () => madeCluster(20, 300) })
  const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
    const { page } = await open(browser, `${address}#cluster`, { reducedMotion })
    await page.locator('.namespace-name').first().click()
    return page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { animationName, transitionDuration } = getComputedStyle(element)
          return animationName !== 'none' || transitionDuration.split(', ').some((time) => time !== '0s')
        }).length,
    )
  }
  t.equal(await moving('reduce'), 0)
  t.ok((await moving('no-preference')) > 0, 'which this would notice')
})
