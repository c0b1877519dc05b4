/**
 * The chart before a real API server: everything that it renders is accepted, match conditions leave out exactly the pods that no
 * release injects, Istio's own injector is respected, and the webhook goes first. No injector runs here: with failurePolicy Fail the API
 * server's refusal shows that it would have called one.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Cluster } from './harness/cluster.ts'
import type { KubernetesObject } from './harness/objects.ts'
import {
  clusterFor,
  createPod,
  ensureNamespace,
  installation,
  plainPod,
  releaseFolder,
} from './harness/scenario.ts'

const cluster = await clusterFor(t)
await ensureNamespace(cluster, 'istio-system', {})
await ensureNamespace(cluster, installation.namespace, {})

/** `--set` arguments under which the chart renders what the API server knows; other kinds want operators. */
const sets: readonly (readonly string[])[] = [
  [
    'autoscaling.enabled=true',
    'networkPolicy.enabled=true',
    'networkPolicy.webhookFrom={10.0.0.0/16}',
    'dashboard.enabled=true',
  ],
  [
    'eks.preset=aws-minimum',
    'revisions={1-20,1-30}',
    'tags.default=1-20',
    'webhooks.enableNamespacesByDefault=true',
  ],
  ['eks.preset=overlay-cni', 'sideBySide.label=sidecar-injector/inject=enabled'],
  ['eks.preset=fargate', 'istio.env.PLATFORM=openshift'],
  ['eks.preset=hybrid', 'certificates.mode=secret', 'certificates.secretName=mine'],
]

await t.test('every object of the chart and of webhook-config/ is accepted, strictly', async (t) => {
  for (const values of sets) {
    const flags = values.flatMap((value) => ['--set', value])
    // Any certificate will do: the API server's own is at hand.
    if (values.includes('certificates.mode=secret')) {
      flags.push('--set-string', `certificates.caBundle=${cluster.controlPlane.authority}`)
    }
    const rendered = await cluster.helm(4, [
      'template',
      'x',
      installation.chart,
      `--namespace=${installation.namespace}`,
      ...flags,
    ])
    const answer = await applied(rendered)
    t.match(answer, /mutatingwebhookconfiguration\S+ created/, values.join(' '))
    t.notMatch(answer, /warning/i, 'without a warning')
  }
  const folder = 'webhook-config/install'
  for (const file of ['1-namespace', '2-rights', '3-server', '4-webhook']) {
    t.match(
      await applied(readFileSync(`${folder}/${file}.yaml`, 'utf8')),
      /created|configured|unchanged/,
      file,
    )
  }
})

function applied(manifests: string): Promise<string> {
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-']
  return cluster
    .tryKubectl(args, manifests)
    .then(({ stdout, stderr }) => `${stdout}${stderr}`.replaceAll('serverside-applied', 'created'))
}

await t.test('match conditions leave out what no release injects, and nothing else', async (t) => {
  await install(cluster, 3)
  t.teardown(() => uninstall(cluster, 3))
  await ensureNamespace(cluster, 'shop', { 'istio-injection': 'enabled' })
  await refusedSoon()

  const mirror = { 'kubernetes.io/config.mirror': '0123456789abcdef' }
  const rows: readonly (readonly [name: string, pod: object, isCalledFor: boolean])[] = [
    ['nothing said', plainPod('p'), true],
    ['annotation false', plainPod('p', { annotations: inject('false') }), false],
    [
      'annotation false, label false',
      plainPod('p', { annotations: inject('false'), labels: inject('false') }),
      false,
    ],
    [
      'annotation false, other labels',
      plainPod('p', { annotations: inject('false'), labels: { app: 'p' } }),
      false,
    ],
    [
      'annotation false, label true: the label wins from 1.12 on',
      plainPod('p', { annotations: inject('false'), labels: inject('true') }),
      true,
    ],
    [
      'annotation false, label empty: no wish from 1.12 on',
      plainPod('p', { annotations: inject('false'), labels: inject('') }),
      true,
    ],
    ['label false: no wish up to 1.11', plainPod('p', { labels: inject('false') }), true],
    ['annotation False: no wish from 1.27 on', plainPod('p', { annotations: inject('False') }), true],
    ['annotation true', plainPod('p', { annotations: inject('true') }), true],
    ['annotation empty', plainPod('p', { annotations: inject('') }), true],
    ['host network', withSpec({ hostNetwork: true }), false],
    ['host network false', withSpec({ hostNetwork: false }), true],
    ['host network, asked for', withSpec({ hostNetwork: true }, inject('true')), false],
    ['a mirror pod', withSpec({ nodeName: 'node-a' }, mirror), false],
  ]
  for (const [name, pod, isCalledFor] of rows) {
    t.equal(await isRefused('shop', pod), isCalledFor, name)
  }
  for (const namespace of ['default', installation.namespace, 'istio-system', 'kube-system']) {
    t.equal(await isRefused(namespace, plainPod('p')), false, `namespace ${namespace} is not selected`)
  }
})

function inject(value: string): Readonly<Record<string, string>> {
  return { 'sidecar.istio.io/inject': value }
}

function withSpec(more: object, annotations: Readonly<Record<string, string>> = {}): object {
  const spec = { containers: [{ name: 'app', image: 'app:1' }], ...more }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec }
}

/** Whether the API server wanted to call the webhook, which nobody answers. */
async function isRefused(namespace: string, pod: object): Promise<boolean> {
  try {
    await createPod(cluster, namespace, pod, { dryRun: true })
    return false
  } catch (error) {
    if (
      error instanceof Error &&
      /failed calling webhook "\w+[.]sidecar-injector[.]istio[.]io"/.test(error.message)
    )
      return true
    throw error
  }
}

/** API servers take up a new configuration within a second or so. */
async function refusedSoon(): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if (await isRefused('shop', plainPod('p'))) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('the webhook was not called within 10 s')
}

await t.test("Istio's own injector is respected", async (t) => {
  const name = 'istio-sidecar-injector'
  const kind = 'mutatingwebhookconfiguration'

  await cluster.apply(
    istios('revision-canary/mutatingwebhookconfiguration-istio-sidecar-injector-canary.yaml'),
  )
  await install(cluster, 3)
  t.pass('that of another revision is no hindrance')
  await uninstall(cluster, 3)
  for (const version of [3, 4] as const) {
    await t.rejects(
      install(cluster, version, 'revisions={canary}'),
      /istio-sidecar-injector-canary\/rev[.]namespace/,
      `Helm ${version}: that of the same`,
    )
  }
  await cluster.kubectl(['delete', kind, '--all'])

  await cluster.apply(istios('defaults/mutatingwebhookconfiguration.yaml'))
  for (const version of [3, 4] as const) {
    await t.rejects(
      install(cluster, version),
      /--set sideBySide[.]label=sidecar-injector\/inject=enabled/,
      `Helm ${version} says how`,
    )
    await install(cluster, version, 'sideBySide.label=sidecar-injector/inject=enabled')
    const installed = await cluster.kubectl(['get', kind, '-o', 'name'])
    t.match(installed, name, 'both are there')
    t.match(installed, installation.name)
    await uninstall(cluster, version)
  }
  await cluster.kubectl(['delete', kind, name])
})

/** A webhook configuration of Istio 1.30.3's own. */
function istios(path: string): string {
  return readFileSync(releaseFolder(`releases/istio-1.30.3/${path}`), 'utf8')
}

await t.test('the webhook goes before everything that answers it', async (t) => {
  for (const version of [3, 4] as const) {
    await install(cluster, version)
    const before = await versionNow()
    await uninstall(cluster, version)
    const [webhook, ...others] = await Promise.all(
      [
        '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
        `/apis/apps/v1/namespaces/${installation.namespace}/deployments`,
        `/api/v1/namespaces/${installation.namespace}/services`,
        `/api/v1/namespaces/${installation.namespace}/serviceaccounts`,
        '/apis/rbac.authorization.k8s.io/v1/clusterroles',
      ].map((path) => deletionOf(path, before)),
    )
    for (const other of others)
      t.ok((webhook ?? Infinity) < (other ?? 0), `Helm ${version}: ${webhook} before ${other}`)
    t.equal(
      await cluster.kubectl(['get', 'mutatingwebhookconfigurations', '-o', 'name']),
      '',
      'nothing is left of it',
    )
  }
})

await t.test(
  'the notes name the one rule that is still needed, and how to ask whether all works',
  async (t) => {
    const rows: readonly (readonly [preset: string, says: readonly string[], label: string])[] = [
      [
        'default',
        ['--protocol tcp --port 9443', 'from_port                     = 9443'],
        'istio-injection=enabled',
      ],
      [
        'aws-minimum',
        ['--protocol tcp --port 10250', 'wherever kubectl logs works'],
        'istio-injection=enabled',
      ],
      [
        'overlay-cni',
        ['--protocol tcp --port 10251', 'from the control plane to the nodes'],
        'istio-injection=enabled',
      ],
      [
        'fargate',
        ['nothing to do', 'A Fargate profile must select namespace sidecar-injector'],
        'istio-injection=enabled',
      ],
      ['hybrid', ['--protocol tcp --port 9443'], 'istio-injection=enabled'],
      ['default,sideBySide.label=a/b=c', [], 'istio-injection=disabled a/b=c'],
      ['default,sideBySide.label=a/b=c,revisions={1-30}', [], 'istio-injection=disabled a/b=1-30'],
      ['default,revisions={1-30}', [], 'istio-injection- istio.io/rev=1-30'],
    ]
    for (const [preset, says, label] of rows) {
      for (const version of [3, 4] as const) {
        const notes = await dryRun(version, `eks.preset=${preset}`)
        for (const text of says) t.match(notes, text, `Helm ${version}, ${preset}: ${text}`)
        t.match(notes, `kubectl label namespace NAMESPACE ${label} --overwrite`, `${preset}: ${label}`)
        t.match(notes, 'no registry in it', 'an image that is nowhere is noticed')
        t.equal(notes.includes('aws ec2'), preset !== 'fargate', `${preset}: a rule`)
      }
    }
  },
)

/** What `helm install` would say. */
async function dryRun(version: 3 | 4, values: string): Promise<string> {
  const args = [installation.release, installation.chart, `--namespace=${installation.namespace}`]
  const text = await cluster.helm(version, ['install', ...args, '--dry-run=server', `--set=${values}`])
  return text.slice(text.indexOf('\nNOTES:'))
}

/** The version of everything: what happens from now on has a higher one. */
async function versionNow(): Promise<string> {
  const list = await cluster.api.get<{ metadata: { resourceVersion: string } }>('/api/v1/namespaces')
  return list.metadata.resourceVersion
}

/** When the first object of ours in a collection went, as the version that its deletion has. */
async function deletionOf(path: string, since: string): Promise<number | undefined> {
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(10_000)])
  const query = `${path}?resourceVersion=${since}`
  let version: number | undefined
  try {
    for await (const { type, object } of cluster.api.watch<KubernetesObject>(query, signal)) {
      if (version !== undefined || type !== 'DELETED') continue
      if (!object.metadata.name.startsWith(installation.name)) continue
      version = Number(object.metadata.resourceVersion)
      ending.abort()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return version
}

/** Pods that cannot run: nothing answers the webhook. */
async function install(cluster: Cluster, version: 3 | 4, ...values: readonly string[]): Promise<void> {
  const sets = ['image.pullPolicy=Never', 'nodeSelector.nowhere=true', ...values]
  await cluster.helm(version, [
    'install',
    installation.release,
    installation.chart,
    `--namespace=${installation.namespace}`,
    ...sets.map((value) => (value.startsWith('nodeSelector') ? `--set-string=${value}` : `--set=${value}`)),
  ])
}

async function uninstall(cluster: Cluster, version: 3 | 4): Promise<void> {
  await cluster.helm(version, ['uninstall', installation.release, `--namespace=${installation.namespace}`])
}
