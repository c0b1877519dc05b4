import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ControlPlaneError } from '../../tools/control-plane/errors.ts'
import { makePrograms } from '../../tools/control-plane/make.ts'
import { inNamespace } from './harness/namespace.ts'

/*
 * `npm run test:cluster [-- NAME …]`: builds what is missing (outside the namespace, since that needs the network), then runs the
 * test files of this folder, or those named, inside.
 */

const root = join(import.meta.dirname, '../..')
const tap = join(root, 'node_modules/.bin/tap')
const suffix = '.test.ts'

/** No test takes longer than this; the longest is some minutes of load. */
const seconds = 1200

async function main(names: readonly string[]): Promise<number> {
  const known = readdirSync(import.meta.dirname).filter((file) => file.endsWith(suffix))
  const unknown = names.find((name) => !known.includes(name + suffix))
  if (unknown !== undefined) {
    const list = known.map((file) => file.slice(0, -suffix.length)).join(', ')
    process.stderr.write(`there is no cluster test ${unknown}; there are ${list}\n`)
    return 1
  }
  const bin = await makePrograms([], (line) => process.stderr.write(`${line}\n`))
  const bundled = spawnSync(process.execPath, [join(root, 'tools/bundle.ts')], { stdio: 'inherit' })
  if (bundled.status !== 0) return 1
  process.env['CONTROL_PLANE_BIN'] = bin
  // As before `npm test`, which has done it usually: without the plug-ins that .taprc leaves out.
  const built = join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js')
  if (!existsSync(built)) spawnSync(tap, ['build'], { stdio: 'inherit', cwd: root })
  const files = names.length === 0 ? known : names.map((name) => name + suffix)
  // Their state folders go even where a file ends too early to do so itself.
  const temporary = mkdtempSync(join(tmpdir(), 'cluster-tests-'))
  process.env['TMPDIR'] = temporary
  process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))
  let failed = 0
  for (const file of files) {
    // Each in a namespace of its own: whatever a file leaves behind ends with it.
    const options = [`--timeout=${seconds}`, '--jobs=1', '--disable-coverage']
    if ((await inNamespace(tap, [...options, join('test/cluster', file)])) !== 0) failed += 1
  }
  return failed === 0 ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ControlPlaneError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
