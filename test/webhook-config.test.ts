/** The plain manifests of webhook-config/, and what of the chart can be read without a Helm. test/chart has what needs one. */
import { Command } from 'commander'
import { load, YAML11_SCHEMA } from 'js-yaml'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { certificateRights, podEventRights, settingsRights } from '../src/cluster/verbs.ts'
import { serveCommand } from '../src/commands/serve-command.ts'
import { check, podType, type JsonObject } from '../src/schema/index.ts'
import { injectPath } from '../src/server/inject-path.ts'
import { defaultLimits } from '../src/server/limits.ts'
import { definitions } from '../src/telemetry/definitions.ts'
import { chartValues, leavesOf } from '../tools/reference-pages/values.ts'
import { flagOf, only, readObjects, selects, type KubernetesObject } from './chart/objects.ts'
import { grantedRights, neededRights } from './chart/rights.ts'

const root = join(import.meta.dirname, '..')
const chart = join(root, 'charts/eks-sidecar-injector')

function read(folder: string): KubernetesObject[] {
  const directory = join(root, 'webhook-config', folder)
  const texts = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
  return texts.flatMap(readObjects)
}

const installed = read('install')
const old = read('before-1.16')
const [webhook] = only(installed, 'MutatingWebhookConfiguration').webhooks
const deployment = only(installed, 'Deployment')
const { template } = deployment.spec
const [container] = template.spec.containers
if (webhook === undefined) throw new Error('there is no webhook')

t.test('the namespace comes first, and every other object is in it, in Istio’s or in none', (t) => {
  t.equal(installed[0]?.kind, 'Namespace')
  const namespaces = new Set(installed.map(({ metadata }) => metadata.namespace))
  t.same(namespaces, new Set([undefined, 'sidecar-injector', 'istio-system']))
  t.notOk(JSON.stringify(installed).includes('helm'), 'nothing says that Helm keeps it')
  t.end()
})

t.test('the server takes its arguments', async (t) => {
  for (const objects of [installed, old]) {
    const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => {} })
    serveCommand.define(command, () => Promise.resolve())
    const [name, ...flags] = only(objects, 'Deployment').spec.template.spec.containers[0].args
    t.equal(name, 'serve')
    await t.resolves(command.parseAsync(flags, { from: 'user' }))
    t.match(command.opts(), { istioNamespace: 'istio-system', port: 9443, operationsPort: 8080 })
  }
})

t.test('the pod is a Pod, and what the restricted standard of Kubernetes asks for', (t) => {
  const pod: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: template.spec }
  t.doesNotThrow(() => check(podType, pod))
  t.match(template.spec.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
  t.match(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  t.equal(template.spec.hostNetwork, undefined)
  t.equal(template.spec.containers.length, 1)
  t.end()
})

t.test('a pod that stops has the time that the server takes', (t) => {
  const drainSeconds = Number(flagOf(deployment, 'drainSeconds'))
  t.ok(template.spec.terminationGracePeriodSeconds > drainSeconds + defaultLimits.closeMs / 1000)
  t.end()
})

t.test('webhook, Service, pods and certificate are about the same server', (t) => {
  const { service } = webhook.clientConfig
  const found = only(installed, 'Service')
  t.same([service.namespace, service.name], [found.metadata.namespace, found.metadata.name])
  const port = found.spec.ports.find((each) => each.port === service.port)
  t.same(
    container.ports.filter(({ name }) => name === port?.targetPort).map((each) => String(each.containerPort)),
    [flagOf(deployment, 'port')],
  )
  t.match(template.metadata.labels, found.spec.selector)
  t.match(template.metadata.labels, deployment.spec.selector.matchLabels)
  t.equal(flagOf(deployment, 'serviceName'), service.name)
  t.equal(flagOf(deployment, 'namespace'), service.namespace)
  t.equal(
    flagOf(deployment, 'webhookConfigurations'),
    only(installed, 'MutatingWebhookConfiguration').metadata.name,
  )
  t.same(injectPath(service.path), { revision: undefined, path: '' })
  t.end()
})

t.test('the webhook leaves no trace, waits five seconds, and has no caBundle that could drift', (t) => {
  t.match(webhook, {
    sideEffects: 'None',
    timeoutSeconds: 5,
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    admissionReviewVersions: ['v1'],
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  })
  t.equal(webhook.clientConfig.caBundle, undefined)
  t.end()
})

t.test('it selects labelled namespaces, and never those of Kubernetes, of Istio and its own', (t) => {
  const enabled = { 'istio-injection': 'enabled' }
  const rows: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
    ['shop', enabled, true],
    ['shop', { ...enabled, 'istio.io/rev': '1-30' }, true],
    ['shop', { 'istio-injection': 'disabled' }, false],
    ['shop', { 'istio.io/rev': 'default' }, false],
    ['shop', {}, false],
    ...['kube-system', 'kube-public', 'kube-node-lease', 'istio-system', 'sidecar-injector'].map(
      (name) => [name, enabled, false] as const,
    ),
  ]
  for (const each of [webhook, ...only(old, 'MutatingWebhookConfiguration').webhooks]) {
    for (const [name, labels, expected] of rows) {
      t.equal(selects(each, { name, labels }, {}), expected, `${name} ${JSON.stringify(labels)}`)
      // Up to Istio 1.11 the label says nothing, and later it is the injector that asks it.
      t.equal(selects(each, { name, labels }, { 'sidecar.istio.io/inject': 'false' }), expected)
    }
  }
  t.end()
})

t.test('API servers before 1.16 get the version that they know, with a place for the authority', (t) => {
  const configuration = only(old, 'MutatingWebhookConfiguration')
  t.equal(configuration.apiVersion, 'admissionregistration.k8s.io/v1beta1')
  const [each] = configuration.webhooks
  t.match(each, {
    sideEffects: 'None',
    admissionReviewVersions: ['v1beta1'],
    clientConfig: { caBundle: 'CA_BUNDLE' },
  })
  t.equal(each?.matchConditions, undefined)
  const server = only(old, 'Deployment')
  t.equal(flagOf(server, 'certificateSecret'), undefined, 'they have no server-side apply to write it by')
  t.match(server.spec.template.spec.containers[0].volumeMounts, [
    { mountPath: '/etc/sidecar-injector/certificate' },
  ])
  t.end()
})

t.test('rights are those that the server uses', (t) => {
  const places = {
    istioNamespace: 'istio-system',
    ownNamespace: 'sidecar-injector',
    names: {
      secrets: flagOf(deployment, 'certificateSecret') ?? '',
      mutatingwebhookconfigurations: 'eks-sidecar-injector',
    },
  }
  // Namespaces are looked at on OpenShift only.
  const used = [...settingsRights, ...podEventRights, ...certificateRights].filter(
    ({ resource }) => resource !== 'namespaces',
  )
  t.same(grantedRights(installed), neededRights(used, places))
  t.end()
})

t.test('alerts and dashboard ask for metrics that there are', (t) => {
  const dashboard = readFileSync(join(chart, 'dashboards/sidecar-injector.json'), 'utf8')
  const rules = readFileSync(join(chart, 'templates/prometheusrule.yaml'), 'utf8')
  const known = new Set<string>(Object.values(definitions).map(({ name }) => name))
  for (const [place, text] of Object.entries({ dashboard, rules })) {
    const asked = new Set([...text.matchAll(/eks_sidecar_injector_\w+/g)].map(([name]) => name))
    t.ok(asked.size > 3, place)
    for (const name of asked) t.ok(known.has(name.replace(/_bucket$/, '')), `${place}: ${name}`)
  }
  const { panels } = JSON.parse(dashboard)
  t.equal(new Set(panels.map(({ id }: { id: number }) => id)).size, panels.length)
  t.end()
})

t.test('every value is described, and is what the schema allows', (t) => {
  const text = readFileSync(join(chart, 'values.yaml'), 'utf8')
  const described = new Set(chartValues(text).map(({ path }) => path))
  const values = load(text, { schema: YAML11_SCHEMA })
  for (const path of leavesOf(values)) {
    t.ok(described.has(path) || described.has(path.split('.').slice(0, -1).join('.')), path)
  }
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'))
  compareKeys(t, values, schema, '')
  t.end()
})

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
}

/** Objects that the schema closes have the same keys as values.yaml; `global` is Helm's. */
function compareKeys(t: Test, values: unknown, schema: Schema, path: string): void {
  if (schema.properties === undefined || typeof values !== 'object' || values === null) return
  const isEmpty = Object.keys(values).length === 0
  const keys = Object.keys(schema.properties).filter((key) => key !== 'global')
  t.equal(schema.additionalProperties, false, `${path} is closed`)
  if (!isEmpty) t.same(new Set(Object.keys(values)), new Set(keys), `keys of ${path}`)
  for (const [key, value] of Object.entries(values)) {
    const below = schema.properties[key]
    if (below !== undefined) compareKeys(t, value, below, `${path}.${key}`)
  }
}
