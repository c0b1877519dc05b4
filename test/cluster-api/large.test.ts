/** Commands before a large cluster: 5,000 pods in 200 namespaces, 2,000 Events; how long they take, and how much memory. */
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import t, { type Test } from 'tap'
import type { Coverage } from '../../src/coverage/types.ts'
import type { Explanation } from '../../src/explanation/explanation.ts'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { injectedPod, podOf, webhookOf } from '../coverage/made.ts'
import { startFakeApiServer } from './fake-api-server.ts'

const counts = { namespaces: 200, podsEach: 25, events: 2000 }
/** Generous: what is measured is told beside. */
const limits = { seconds: 60, megabytes: 400 }

const server = await startFakeApiServer(t)
const configMaps = '/api/v1/namespaces/istio-system/configmaps'
const sidecar = 'spec: {containers: [{name: istio-proxy, image: "istio/proxyv2:1.30.3"}]}'
server.put(configMaps, {
  metadata: {
    name: 'istio-sidecar-injector',
    namespace: 'istio-system',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  data: {
    config: `policy: enabled\ndefaultTemplates: [sidecar]\ntemplates:\n  sidecar: |\n    ${sidecar}\n`,
    values: '{"global":{"tag":"1.30.3"}}',
  },
})
server.put(configMaps, { metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: '' } })
server.put('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', webhookOf())

/** As large as pods of clusters are: some ten kilobytes, most of it who has set what. */
const ballast: JsonObject = {
  managedFields: Array.from({ length: 4 }, (_, index) => ({
    manager: `manager-${index}`,
    time: '2026-01-01T00:00:00Z',
    fieldsV1: {
      'f:spec': Object.fromEntries(
        Array.from({ length: 60 }, (_, at) => [`f:field-number-${at}`, { '.': {} }]),
      ),
    },
  })),
}

const names = Array.from({ length: counts.namespaces }, (_, index) => `team-${index}`)
for (const [index, name] of names.entries()) {
  const labels = index % 2 === 0 ? { 'istio-injection': 'enabled' } : {}
  server.put('/api/v1/namespaces', { metadata: { name, labels, creationTimestamp: '2026-01-01T00:00:00Z' } })
  for (let pod = 0; pod < counts.podsEach; pod++) {
    const metadata = { ...ballast, name: `pod-${pod}`, namespace: name }
    const isInjected = index % 2 === 0 && pod > 0
    server.put(
      `/api/v1/namespaces/${name}/pods`,
      isInjected
        ? injectedPod('istio/proxyv2:1.30.3', { revision: 'default' }, metadata)
        : podOf({ metadata }),
    )
  }
}
for (let event = 0; event < counts.events; event++) {
  const namespace = names[event % counts.namespaces] ?? ''
  server.put(`/api/v1/namespaces/${namespace}/events`, {
    metadata: { name: `event-${event}`, namespace },
    reason: event % 3 === 0 ? 'FailedCreate' : 'Pulled',
    message: 'x'.repeat(300),
    lastTimestamp: '2026-02-01T00:00:00Z',
    involvedObject: { kind: 'ReplicaSet', name: `web-${event}`, namespace },
  })
}

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  readonly megabytes: number
}

/** A command as a process of its own, which tells the most memory that it had. */
function run(args: readonly string[]): Promise<Ran> {
  const main = join(import.meta.dirname, '../../src/main.ts')
  const tell = "process.on('exit', () => process.stderr.write('maxRSS ' + process.resourceUsage().maxRSS))"
  const started = performance.now()
  const preload = `--import=data:text/javascript,${encodeURIComponent(tell)}`
  const child = spawn(process.execPath, [preload, main, ...args, '--kubeconfig', server.kubeconfig()])
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const megabytes = Number(/maxRSS (\d+)$/.exec(stderr)?.[1]) / 1024
      resolve({ code, stdout, stderr, seconds: (performance.now() - started) / 1000, megabytes })
    })
  })
}

type Row = readonly [
  name: string,
  args: readonly string[],
  code: number,
  holds: (t: Test, stdout: string) => void,
]

const rows: readonly Row[] = [
  [
    'coverage',
    ['coverage', '-o', 'json'],
    3,
    (t, stdout) => {
      const { injected, notInjected, namespaces }: Coverage = JSON.parse(stdout)
      t.same([injected, notInjected, namespaces.length], [2400, 2600, 200])
    },
  ],
  [
    'explain of a namespace',
    ['explain', 'namespace/team-0', '-o', 'json'],
    0,
    (t, stdout) => {
      const { explanations }: { explanations: readonly Explanation[] } = JSON.parse(stdout)
      t.same(
        explanations[0]?.pods.map(({ count }) => count),
        [24, 1],
      )
    },
  ],
  [
    'explain of all namespaces',
    ['explain', ...names.map((name) => `namespace/${name}`), '-o', 'json'],
    3,
    (t, stdout) => {
      const { explanations }: { explanations: readonly Explanation[] } = JSON.parse(stdout)
      t.equal(explanations.length, counts.namespaces)
      const pods = explanations.flatMap(({ pods }) => pods.map(({ count }) => count))
      t.equal(
        pods.reduce((sum, count) => sum + count, 0),
        counts.namespaces * counts.podsEach,
      )
    },
  ],
  ['doctor', ['doctor', '-n', 'team-0', '-o', 'json'], 3, (t, stdout) => t.ok(stdout.startsWith('{'))],
]

for (const [name, args, code, holds] of rows) {
  await t.test(name, async (t) => {
    const ran = await run(args)
    t.equal(ran.code, code, ran.stderr)
    holds(t, ran.stdout)
    t.comment(`${name}: ${ran.seconds.toFixed(1)} s, ${ran.megabytes.toFixed(0)} MB`)
    t.ok(ran.seconds < limits.seconds)
    t.ok(ran.megabytes < limits.megabytes)
    t.notMatch(ran.stderr, /so far/, 'no terminal, no progress')
  })
}
