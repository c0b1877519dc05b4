import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/*
 * `npm run sbom`: what the bundle may have in it, as CycloneDX. `npm sbom --omit dev` would leave out packages that tools need as well
 * (npm 10 and 11), so everything is asked for, and what the lock file says is for development only is taken out.
 */

interface Bill {
  readonly metadata: { readonly component: object }
  readonly components: readonly { readonly 'bom-ref': string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

interface Lock {
  readonly name: string
  readonly version: string
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const lock: Lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const shipped = new Set([`${lock.name}@${lock.version}`])
for (const [path, { version, dev }] of Object.entries(lock.packages)) {
  if (path !== '' && dev !== true)
    shipped.add(`${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`)
}

const everything = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
const bill: Bill = JSON.parse(everything)
const trimmed = {
  ...bill,
  // npm calls it as the folder is called.
  metadata: { ...bill.metadata, component: { ...bill.metadata.component, name: lock.name } },
  components: bill.components.filter((component) => shipped.has(component['bom-ref'])),
  dependencies: bill.dependencies
    .filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => shipped.has(each)) })),
}
process.stdout.write(`${JSON.stringify(trimmed, undefined, 2)}\n`)
