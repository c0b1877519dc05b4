import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { causes } from '../../../src/diagnosis/diagnose.ts'
import { factsOf } from '../../../src/diagnosis/facts.ts'
import type { Observations } from '../../../src/diagnosis/observations.ts'
import type { IssuedPair } from '../../../src/tls/issue.ts'
import type { Cluster } from './cluster.ts'
import { follow } from './doctoring.ts'

/**
 * Runs the lines with kubectl and helm that the remedies of all causes have for a cluster: those that only look as they are, the others by
 * server-side dry run. What wants a kubelet's logs or a metrics server is left to their flags.
 */
export async function tryRemedies(
  t: Test,
  cluster: Cluster,
  record: string,
  { cert, key }: IssuedPair,
): Promise<void> {
  const seen: Observations = JSON.parse(await readFile(record, 'utf8'))
  const facts = factsOf(seen)
  await writeFile(join(cluster.folder, 'chain.pem'), cert)
  await writeFile(join(cluster.folder, 'key.pem'), key)
  const lines = causes.flatMap((cause) =>
    cause
      .remedy(facts)
      .flatMap((line) => (/^ {4}(?:kubectl|helm (?:install|upgrade)) /.test(line) ? [line.trim()] : [])),
  )
  t.ok(lines.length > 30, `${lines.length} lines`)
  for (const line of new Set(lines)) {
    const run = runnable(line)
    if (line.startsWith('helm ')) await tryHelm(t, cluster, run ?? line)
    else if (run !== undefined) await follow(t, cluster, [`    cd ${cluster.folder} && ${run}`])
  }
}

/** Helm is here by its versions. */
async function tryHelm(t: Test, cluster: Cluster, line: string): Promise<void> {
  const file = `certificates.caBundle=${join(cluster.folder, 'ca.pem')}`
  const [, ...args] = line.replace('certificates.caBundle=ca.pem', file).split(' ')
  await t.resolves(cluster.helm(3, args), line)
}

/** Written by people for people, these want a person, or what is not here. */
const notHere = /^kubectl edit |^kubectl .* top |^kubectl -n cert-manager /

function runnable(line: string): string | undefined {
  if (notHere.test(line)) return undefined
  const logs = / logs (deployment\/\S+)/.exec(line)
  if (logs !== null) return line.replace(/ logs .*/, ` get ${logs[1]}`)
  const words = line
    // What only the operator knows.
    .replaceAll(/\bNAMESPACE\b/g, 'bookinfo')
    .replace('REGISTRY', 'registry.example.com')
    .replaceAll(
      'charts/eks-sidecar-injector',
      join(import.meta.dirname, '../../../charts/eks-sidecar-injector'),
    )
  if (words.startsWith('helm ')) return `${words.replace(' --wait', '')} --dry-run`
  // Nothing that matches is no mistake.
  if (/ \| (?:grep|head)/.test(words)) return `${words.replace(/ \| .*/, '')} > /dev/null`
  if (/ (?:label|patch|delete|scale) /.test(words)) return `${words} --dry-run=server`
  if (/ rollout restart /.test(words)) return words.replace('rollout restart', 'get')
  return words.replace('kubectl replace', 'kubectl replace --dry-run=server')
}
