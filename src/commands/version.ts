import { lines } from '../istio/lines.ts'
import { traitsOf } from '../istio/trait-rows.ts'
import packageJson from '../../package.json' with { type: 'json' }

/** What `version` prints. */
export function versionText(format: 'text' | 'json'): string {
  const rows = lines.map((line) => {
    const { delimiters, overlay } = traitsOf(line)
    return { line: `${line.major}.${line.minor}`, delimiters: delimiters.join(' '), overlay }
  })
  const version = { version: packageJson.version, node: process.versions.node, istio: rows }
  if (format === 'json') return `${JSON.stringify(version, undefined, 2)}\n`
  const table = rows.map(
    ({ line, delimiters, overlay }) => `  ${line.padEnd(6)} ${delimiters}   ${overlayText[overlay]}`,
  )
  return `sidecar-injector ${version.version} (Node ${version.node})\n\nIstio  template its result is\n${table.join('\n')}\n`
}

const overlayText = {
  lists: 'lists of containers and volumes, added to the pod',
  pod: 'a partial Pod, merged into the pod',
}
