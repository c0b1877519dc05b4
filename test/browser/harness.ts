import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Surroundings } from '../../src/coverage/surroundings.ts'
import type { Coverage } from '../../src/coverage/types.ts'
import { compileSettings } from '../../src/injection/settings.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { createReviewPage } from '../../src/page/page.ts'
import { soleRevision, type Revisions } from '../../src/revisions/revisions.ts'
import { createOperations } from '../../src/server/operations.ts'
import { createReadiness } from '../../src/server/readiness.ts'

/** Where screenshots go, for people to look at. */
export const screenshots = process.env['SCREENSHOTS'] ?? join(tmpdir(), 'review-page')

/** For one test, on a machine that has much else to do. */
export const patience = 240_000

/** Debian's, Ubuntu's and others' names of the browser. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
]

const missing = `no Chromium was found (${places.join(', ')}): apt-get install chromium, or name one by CHROMIUM`

/** Starts the browser. Rejects, and says what to do, where there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM'] ?? '', ...places].find(
    (path) => path !== '' && existsSync(path),
  )
  if (executablePath === undefined) throw new Error(missing)
  mkdirSync(screenshots, { recursive: true })
  // As root there is no sandbox to be had; the page is our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

export const exampleRevisions: Revisions = soleRevision(
  'default',
  compileSettings({ config: exampleConfig, values: undefined, mesh: exampleMesh }),
)

export interface ServedOptions {
  readonly revisions?: Revisions | (() => Revisions)
  readonly coverage?: () => Coverage | undefined
  readonly surroundings?: () => Surroundings | undefined
}

/** The operations listener with the page, on a free port; closed when the test ends. Resolves with the page's address. */
export async function serve(
  t: { teardown(handler: () => unknown): void },
  { revisions = exampleRevisions, coverage, surroundings }: ServedOptions = {},
): Promise<string> {
  const operations = createOperations({
    readiness: createReadiness(),
    metrics: { contentType: 'text/plain', page: async () => '' },
    page: createReviewPage({
      version: '0.0.0',
      revisions: typeof revisions === 'function' ? revisions : () => revisions,
      annotationsOf: () => undefined,
      coverage,
      surroundings,
      hosts: [],
    }),
  })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0, '127.0.0.1')
  return `http://localhost:${port}/review/`
}

/** A page of its own, and everything that went wrong in it. */
export interface Opened {
  readonly page: Page
  /** Errors of scripts, violations of the policy, and requests to anywhere else. */
  readonly faults: string[]
}

/** A new window for the page of an address, which is not there yet. */
export async function newPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(address).origin)) faults.push(`request to ${request.url()}`)
  })
  return { page, faults }
}

/** Opens an address in a new window. */
export async function open(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const opened = await newPage(browser, address, options)
  await opened.page.goto(address)
  return opened
}
