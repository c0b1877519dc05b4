/** The page of the bundle, which has its files in itself, as a process serves it. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { open, startBrowser } from './harness.ts'

const root = join(import.meta.dirname, '../..')

t.test('the bundle serves the page', async (t) => {
  const built = spawnSync(process.execPath, [join(root, 'tools/bundle.ts')], { encoding: 'utf8' })
  t.equal(built.status, 0, built.stderr)
  const ports = ['--port', '0', '--operationsPort', '0', '--address', '127.0.0.1', '--drainSeconds', '0']
  const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve', '--reviewPage', ...ports], {
    cwd: mkdtempSync(join(tmpdir(), 'review-page-')),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.teardown(() => child.kill())
  const port = await operationsPort(createInterface({ input: child.stdout }))

  const browser = await startBrowser()
  t.teardown(() => browser.close())
  const { page, faults } = await open(browser, `http://localhost:${port}/review`)
  t.equal(new URL(page.url()).pathname, '/review/', 'without the slash, too')
  await page.getByRole('button', { name: 'Example' }).click()
  await page.getByRole('article').waitFor()
  t.match(await page.getByRole('heading', { level: 2 }).textContent(), /^Injected/)
  t.same(faults, [])

  child.kill('SIGTERM')
  const [code] = await once(child, 'close')
  t.equal(code, 0)
})

async function operationsPort(lines: AsyncIterable<string>): Promise<number> {
  for await (const line of lines) {
    const { msg, operationsPort } = JSON.parse(line)
    if (msg === 'ready') return Number(operationsPort)
  }
  throw new Error('the server ended before it was ready')
}
