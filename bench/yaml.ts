/**
 * How long YAML takes: `node bench/yaml.ts [FILE …]`. Without files it takes the sidecar that Istio 1.30.3 renders and
 * a workload that 1.0.0 has injected. js-yaml, which cannot read the first, stands beside for comparison.
 */
import { readFileSync } from 'node:fs'
import { load, YAML11_SCHEMA } from 'js-yaml'
import { read, write } from '../src/goyaml/index.ts'
import { sharedData } from '../test/shared-data.ts'

const samples = [
  'corpus/1.30.3/injection/00-hello.cni/webhook/part-0/rendered.1.sidecar.yaml',
  'corpus/1.0.0/kube-inject/00-hello/expected.yaml',
]
const given = process.argv.slice(2)
const files = given.length > 0 ? given : samples.flatMap((path) => sharedData(path) ?? [])

const warmUp = 3000
const rounds = 15
const perRound = 200

/** The median time of a call, in microseconds; undefined if it fails. */
function median(run: () => unknown): number | undefined {
  try {
    for (let n = 0; n < warmUp; n++) run()
  } catch {
    return undefined
  }
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now()
    for (let n = 0; n < perRound; n++) run()
    return ((performance.now() - start) * 1000) / perRound
  })
  return times.toSorted((a, b) => a - b)[rounds >> 1]
}

for (const file of files) {
  const text = readFileSync(file, 'utf8').replace(/\n---\n$/, '\n')
  const value = read(text)
  const json = JSON.stringify(value)
  console.log(`${file}: ${text.length} characters`)
  const runs: [name: string, run: () => unknown][] = [
    ['read', () => read(text)],
    ['write', () => write(value)],
    ['js-yaml load', () => load(text, { schema: YAML11_SCHEMA, json: true })],
    ['JSON.parse', () => JSON.parse(json)],
  ]
  for (const [name, run] of runs) console.log(`  ${name.padEnd(13)} ${median(run)?.toFixed(1) ?? 'fails'} µs`)
}
