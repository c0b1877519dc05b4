/** The chart as Helm 2, 3 and 4 render it: for presets, certificates, versions of the API server, and everything switched on. */
import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { certificateRights, coverageRights, podEventRights, settingsRights } from '../../src/cluster/verbs.ts'
import { serveCommand } from '../../src/commands/serve-command.ts'
import { check, podType, type JsonObject } from '../../src/schema/index.ts'
import { chart, helms, render, runHelm, type RenderOptions } from '../../tools/manifests/helm.ts'
import { plainManifests } from '../../tools/manifests/plain.ts'
import { flagOf, ofKind, only, readObjects, type Deployment, type KubernetesObject } from './objects.ts'
import { grantedRights, neededRights } from './rights.ts'

function set(...values: readonly string[]): { flags: string[] } {
  return { flags: values.flatMap((value) => ['--set', value]) }
}

function objectsOf(options: RenderOptions): KubernetesObject[] {
  return readObjects(render(options))
}

/** Sets of values that have each template do something, and each branch of what decides about pods. */
const sets: Readonly<Record<string, readonly string[]>> = {
  'nothing set': [],
  'every optional object': [
    ...['autoscaling', 'networkPolicy', 'serviceMonitor', 'prometheusRule', 'dashboard'].map(
      (name) => `${name}.enabled=true`,
    ),
    'networkPolicy.webhookFrom={10.0.0.0/16}',
    'serviceMonitor.labels.release=prometheus',
    'webhooks.annotations.example\\.com/owner=platform',
  ],
  'aws-minimum': ['eks.preset=aws-minimum'],
  'overlay-cni': ['eks.preset=overlay-cni'],
  fargate: ['eks.preset=fargate'],
  hybrid: ['eks.preset=hybrid'],
  'cert-manager': ['certificates.mode=cert-manager'],
  'an issuer of cert-manager': [
    'certificates.mode=cert-manager',
    'certificates.certManager.issuerRef.name=corporate',
    'certificates.certManager.issuerRef.kind=ClusterIssuer',
  ],
  'a certificate of the user': [
    'certificates.mode=secret',
    'certificates.secretName=mine',
    'certificates.caBundle=-----BEGIN CERTIFICATE-----',
  ],
  revisions: ['revisions={1-20,1-30}', 'tags.default=1-20', 'tags.stable=1-20'],
  'by default': ['webhooks.enableNamespacesByDefault=true'],
  'side by side': ['sideBySide.label=sidecar-injector/inject=enabled'],
  settings: [
    'istio.revision=1-30',
    'istio.version=1.30.3',
    'istio.nodeVersion=v1.31.2',
    'istio.env.PLATFORM=openshift',
    'istio.injectConfigMapName=ours',
    'istio.meshConfigMapName=our-mesh',
    'image.repository=123456789012.dkr.ecr.eu-west-1.amazonaws.com/eks-sidecar-injector',
    `image.digest=sha256:${'0'.repeat(64)}`,
    'extraArgs={--address=0.0.0.0}',
    'reviewPage.enabled=true',
    'reviewPage.hosts={review.example,review2.example}',
    'drainSeconds=7',
    'podEvents.enabled=false',
    'coverage.enabled=true',
  ],
}

for (const [name, values] of Object.entries(sets)) {
  t.test(`every Helm renders the same: ${name}`, async (t) => {
    const [two, three, four] = helms.map((helm) => objectsOf({ helm, ...set(...values) }).map(comparable))
    t.same(sorted(three ?? []), sorted(two ?? []), 'Helm 3 as Helm 2')
    t.same(sorted(four ?? []), sorted(three ?? []), 'Helm 4 as Helm 3')
    t.equal(new Set(three?.map(identity)).size, three?.length, 'no object twice')
    for (const deployment of ofKind(objectsOf(set(...values)), 'Deployment')) {
      const pod: JsonObject = { apiVersion: 'v1', kind: 'Pod', spec: deployment.spec.template.spec }
      t.doesNotThrow(() => check(podType, pod), 'its pod is a Pod')
      await t.resolves(parse(deployment), 'the server takes its arguments')
    }
  })
}

/** The label says which Helm it was. */
function comparable(object: KubernetesObject): KubernetesObject {
  const { labels } = object.metadata
  const managed = labels?.['app.kubernetes.io/managed-by']
  if (managed === undefined) return object
  return JSON.parse(JSON.stringify(object).replaceAll(`"${managed}"`, '"Helm"'))
}

function identity({ apiVersion, kind, metadata }: KubernetesObject): string {
  return [apiVersion, kind, metadata.namespace, metadata.name].join(' ')
}

function sorted(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1))
}

function parse(deployment: Deployment): Promise<Command> {
  const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => {} })
  serveCommand.define(command, () => Promise.resolve())
  return command.parseAsync(deployment.spec.template.spec.containers[0].args.slice(1), { from: 'user' })
}

t.test('lint finds nothing', (t) => {
  // Helm 2 lints as for an API server before 1.16.
  const { flags } = set(...(sets['a certificate of the user'] ?? []))
  for (const helm of helms)
    t.match(runHelm(helm, ['lint', '--strict', chart, ...flags]), '1 chart(s) linted, ', helm)
  t.end()
})

t.test('presets', (t) => {
  const rows = [
    ['default', '9443', '8080', undefined],
    ['aws-minimum', '10250', '8080', undefined],
    ['overlay-cni', '10251', '18080', true],
    ['fargate', '9443', '8080', undefined],
    ['hybrid', '9443', '8080', undefined],
  ] as const
  for (const [preset, port, operationsPort, hostNetwork] of rows) {
    const objects = objectsOf(set(`eks.preset=${preset}`))
    const deployment = only(objects, 'Deployment')
    const { spec } = deployment.spec.template
    t.equal(flagOf(deployment, 'port'), port, preset)
    t.equal(flagOf(deployment, 'operationsPort'), operationsPort, preset)
    t.same(
      spec.containers[0].ports.map(({ name, containerPort }) => [name, String(containerPort)]),
      [
        ['webhook', port],
        ['operations', operationsPort],
      ],
    )
    t.equal(spec.hostNetwork, hostNetwork, `${preset}: hostNetwork`)
    t.equal(spec.dnsPolicy, hostNetwork && 'ClusterFirstWithHostNet')
    t.equal(deployment.spec.strategy.rollingUpdate.maxUnavailable, hostNetwork ? 1 : 0)
    const webhook = only(objects, 'MutatingWebhookConfiguration').webhooks[0]
    t.equal(webhook?.clientConfig.service.port, 443, `${preset}: the API server calls the Service`)
  }
  t.match(affinity('overlay-cni'), {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }],
    },
  })
  t.match(
    JSON.stringify(affinity('hybrid')),
    '{"key":"eks.amazonaws.com/compute-type","operator":"NotIn","values":["hybrid"]}',
  )
  t.equal(affinity('default'), undefined)
  t.end()
})

function affinity(preset: string): JsonObject | undefined {
  return only(objectsOf(set(`eks.preset=${preset}`)), 'Deployment').spec.template.spec.affinity
}

t.test('tags are written down for whoever asks which revision a webhook is of', (t) => {
  const both = set(
    'tags.stable=1-20',
    'tags.default=1-20',
    'webhooks.annotations.example\\.com/owner=platform',
  )
  t.same(only(objectsOf(both), 'MutatingWebhookConfiguration').metadata.annotations, {
    'example.com/owner': 'platform',
    'sidecar-injector/revision-tags': 'default=1-20,stable=1-20',
  })
  t.end()
})

t.test('certificates: who makes them, who writes the caBundle, and the rights for it', (t) => {
  const own = objectsOf({})
  const ours = only(own, 'Deployment')
  t.equal(flagOf(ours, 'certificateSecret'), 'eks-sidecar-injector-certificate')
  t.equal(flagOf(ours, 'tlsCertFile'), undefined)
  t.notMatch(JSON.stringify(own), 'caBundle":')

  const managed = objectsOf(set('certificates.mode=cert-manager'))
  const { annotations } = only(managed, 'MutatingWebhookConfiguration').metadata
  t.same(annotations, {
    'cert-manager.io/inject-ca-from': 'sidecar-injector/eks-sidecar-injector-certificate',
  })
  t.same(
    ofKind(managed, 'Certificate').map(({ metadata }) => metadata.name),
    ['eks-sidecar-injector-authority', 'eks-sidecar-injector-certificate'],
    'an authority that outlives its certificates',
  )
  t.notMatch(JSON.stringify(managed), 'caBundle":')

  const users = objectsOf(set(...(sets['a certificate of the user'] ?? [])))
  const [webhook] = only(users, 'MutatingWebhookConfiguration').webhooks
  t.equal(
    Buffer.from(webhook?.clientConfig.caBundle ?? '', 'base64').toString(),
    '-----BEGIN CERTIFICATE-----',
  )

  for (const objects of [managed, users]) {
    const deployment = only(objects, 'Deployment')
    t.equal(flagOf(deployment, 'certificateSecret'), undefined)
    t.equal(flagOf(deployment, 'tlsCertFile'), '/etc/sidecar-injector/certificate/tls.crt')
    t.equal(flagOf(deployment, 'webhookConfigurations'), 'eks-sidecar-injector', 'compared, not written')
    const compared = certificateRights.filter(
      ({ resource, verb }) => resource !== 'secrets' && ['list', 'watch'].includes(verb),
    )
    t.same(grantedRights(objects), neededRights([...withoutNamespaces, ...compared], places))
  }
  t.end()
})

const places = {
  istioNamespace: 'istio-system',
  ownNamespace: 'sidecar-injector',
  names: {
    secrets: 'eks-sidecar-injector-certificate',
    mutatingwebhookconfigurations: 'eks-sidecar-injector',
  },
}
const withoutNamespaces = [
  ...settingsRights.filter(({ resource }) => resource !== 'namespaces'),
  ...podEventRights,
]

t.test('rights follow what is asked for', (t) => {
  const all = [...settingsRights, ...podEventRights, ...certificateRights]
  t.same(
    grantedRights(objectsOf(set('istio.env.PLATFORM=openshift'))),
    neededRights(all, places),
    'OpenShift',
  )
  t.same(
    grantedRights(objectsOf(set('podEvents.enabled=false'))),
    neededRights(
      [...settingsRights, ...certificateRights].filter(({ resource }) => resource !== 'namespaces'),
      places,
    ),
    'no Events about pods',
  )
  for (const more of [[], ['istio.env.PLATFORM=openshift']]) {
    t.same(
      grantedRights(objectsOf(set('coverage.enabled=true', ...more))),
      neededRights([...withoutNamespaces, ...coverageRights, ...certificateRights], places),
      'the state of pods',
    )
  }
  t.same(
    grantedRights(objectsOf(set('istio.nodeVersion=v1.31.2'))),
    neededRights(
      [...withoutNamespaces, ...certificateRights].filter(({ resource }) => resource !== 'nodes'),
      places,
    ),
    'the version of the nodes is given',
  )
  const elsewhere = objectsOf({ namespace: 'other', flags: ['--set', 'istio.namespace=mesh'] })
  t.same(
    grantedRights(elsewhere),
    neededRights([...withoutNamespaces, ...certificateRights], {
      ...places,
      istioNamespace: 'mesh',
      ownNamespace: 'other',
    }),
  )
  t.end()
})

t.test('each version of the API server gets what it knows', (t) => {
  const user = set(...(sets['a certificate of the user'] ?? []), 'autoscaling.enabled=true')
  const rows = [
    ['1.15.0', 'admissionregistration.k8s.io/v1beta1', 'policy/v1beta1', 'autoscaling/v2beta2', false],
    ['1.20.0', 'admissionregistration.k8s.io/v1', 'policy/v1beta1', 'autoscaling/v2beta2', false],
    ['v1.22.17-eks-0123456', 'admissionregistration.k8s.io/v1', 'policy/v1', 'autoscaling/v2beta2', false],
    ['1.27.9', 'admissionregistration.k8s.io/v1', 'policy/v1', 'autoscaling/v2', false],
    ['v1.28.1-eks-0123456', 'admissionregistration.k8s.io/v1', 'policy/v1', 'autoscaling/v2', true],
  ] as const
  for (const [kubeVersion, admission, policy, autoscaling, conditions] of rows) {
    const objects = objectsOf({ kubeVersion, ...user })
    const configuration = only(objects, 'MutatingWebhookConfiguration')
    t.equal(configuration.apiVersion, admission, kubeVersion)
    t.equal(only(objects, 'PodDisruptionBudget').apiVersion, policy, kubeVersion)
    t.equal(only(objects, 'HorizontalPodAutoscaler').apiVersion, autoscaling, kubeVersion)
    t.equal(
      configuration.webhooks[0]?.matchConditions !== undefined,
      conditions,
      `${kubeVersion}: matchConditions`,
    )
  }
  const [webhook] = only(
    objectsOf(set('webhooks.matchConditions=false')),
    'MutatingWebhookConfiguration',
  ).webhooks
  t.equal(webhook?.matchConditions, undefined)
  t.end()
})

t.test('with autoscaling nobody else sets the number of pods', (t) => {
  t.equal(only(objectsOf({}), 'Deployment').spec.replicas, 2)
  t.equal(only(objectsOf(set('autoscaling.enabled=true')), 'Deployment').spec.replicas, undefined)
  t.end()
})

/** The flags about the review page that the server is given. */
function pageFlags(...values: string[]): string[] {
  const [container] = only(objectsOf(set(...values)), 'Deployment').spec.template.spec.containers
  return (container?.args ?? []).filter((arg) => arg.startsWith('--reviewPage'))
}

t.test('the review page is there for who asks for it, and others come by the hosts that are named', (t) => {
  t.same(pageFlags(), [])
  t.same(pageFlags('reviewPage.hosts={review.example}'), [], 'hosts alone switch nothing on')
  t.same(pageFlags('reviewPage.enabled=true'), ['--reviewPage'])
  t.same(pageFlags('reviewPage.enabled=true', 'reviewPage.hosts={a.example,b.example}'), [
    '--reviewPage',
    '--reviewPageHosts=a.example,b.example',
  ])
  t.end()
})

t.test('where there is no cluster the hook of the deletion is not rendered', (t) => {
  for (const helm of helms) t.notMatch(render({ helm }), 'helm.sh/hook', helm)
  t.end()
})

t.test('webhook-config/ is what `npm run manifests` makes', (t) => {
  for (const [path, text] of Object.entries(plainManifests())) {
    t.equal(readFileSync(join(import.meta.dirname, '../../webhook-config', path), 'utf8'), text, path)
  }
  t.end()
})
