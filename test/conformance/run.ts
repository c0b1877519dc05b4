import { sharedData } from '../shared-data.ts'
import type { Suite } from './case.ts'
import { Folder } from './data.ts'
import { knownDifferences } from './differences.ts'
import { bookinfo10, kubeInject10 } from './kube-inject.ts'
import { generatedPods } from './generated.ts'
import { latestSuites } from './latest.ts'
import { webhookOracle, webhookPatches } from './webhook-patch.ts'
import { workloadSuite } from './workloads.ts'

/* Compares our answers with those of Istio's own injectors and prints equal and total by folder. */

const path = sharedData('.')
if (path === undefined) {
  console.log('conformance: skipped, the shared test data is missing')
  process.exit(0)
}
const root = new Folder(path)
const verbose = process.argv.includes('--verbose')
const only = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))

const generatedTags = [
  ...['1.0.0', '1.1.17', '1.2.10', '1.4.10', '1.5.10', '1.8.6', '1.9.9', '1.12.9'],
  ...['1.16.7', '1.18.7', '1.20.8', '1.24.6', '1.27.9', '1.30.3'],
]

const suites: readonly (() => Suite | Suite[])[] = [
  () => kubeInject10(root),
  ...['1.0.0', '1.1.0', '1.2.0', '1.4.0', '1.5.0', '1.8.0'].map((tag) => () => webhookPatches(root, tag)),
  () => bookinfo10(root),
  () => webhookOracle(root, 'defaults'),
  () => webhookOracle(root, 'article-C-mtls'),
  () => workloadSuite(root, '1.5.0', 'default'),
  () => workloadSuite(root, '1.8.0', 'default'),
  ...['1.9.0', '1.12.0', '1.16.0', '1.18.0', '1.20.0', '1.24.0', '1.27.0'].flatMap((tag) => [
    () => workloadSuite(root, tag, 'default'),
    () => workloadSuite(root, tag, 'options'),
  ]),
  () => latestSuites(root),
  ...generatedTags.map((tag) => () => generatedPods(root, tag)),
]

let failures = 0
for (const suite of suites.flatMap((make) => make())) {
  if (only.length > 0 && !only.some((name) => suite.name.includes(name))) continue
  runSuite(suite)
}
process.exitCode = failures === 0 ? 0 : 1

function runSuite({ name, cases }: Suite): void {
  let equal = 0
  let known = 0
  let shown = 0
  for (const { id, run } of cases) {
    const difference = attempt(run)
    if (difference === undefined) equal++
    else if (knownDifferences.has(id)) known++
    else if (++shown <= 3 || verbose) report(id, difference)
    else failures++
  }
  const note = known === 0 ? '' : `  ${known} on purpose`
  console.log(`${name.padEnd(52)} ${String(equal).padStart(4)} of ${String(cases.length).padStart(4)}${note}`)
}

function attempt(run: () => string | undefined): string | undefined {
  try {
    return run()
  } catch (error) {
    return error instanceof Error ? (verbose ? (error.stack ?? error.message) : error.message) : String(error)
  }
}

function report(id: string, difference: string): void {
  failures++
  console.log(`    ${id}: ${difference}`)
}
