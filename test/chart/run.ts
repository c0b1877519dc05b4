import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { helms } from '../../tools/manifests/helm.ts'
import { ControlPlaneError } from '../../tools/control-plane/errors.ts'
import { makePrograms } from '../../tools/control-plane/make.ts'

/* `npm run test:chart`: builds the Helms and promtool where they are missing, then runs the test files of this folder. */

try {
  await makePrograms([...helms, 'promtool'], (line) => process.stderr.write(`${line}\n`))
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts'))
  const paths = files.map((file) => join('test/chart', file))
  const tap = join(import.meta.dirname, '../../node_modules/.bin/tap')
  process.exitCode = spawnSync(tap, ['--disable-coverage', ...paths], { stdio: 'inherit' }).status ?? 1
} catch (error) {
  if (!(error instanceof ControlPlaneError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
