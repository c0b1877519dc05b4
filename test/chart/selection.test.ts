/** Which pods of which namespaces the chart's webhooks select. */
import t from 'tap'
import type { Labels } from '../../src/kubernetes/selector.ts'
import { askedFor, webhooks as sources } from '../../src/revisions/asked-for.ts'
import { injectPath } from '../../src/server/inject-path.ts'
import { render } from '../../tools/manifests/helm.ts'
import { only, readObjects, selects, type Webhook } from './objects.ts'

function webhooksOf(...values: readonly string[]): readonly Webhook[] {
  const text = render({ flags: values.flatMap((value) => ['--set', value]) })
  return only(readObjects(text), 'MutatingWebhookConfiguration').webhooks
}

/** Every combination of these values, undefined being without the label. */
function combinations(table: Readonly<Record<string, readonly (string | undefined)[]>>): Labels[] {
  return Object.entries(table).reduce<Labels[]>(
    (all, [key, values]) =>
      all.flatMap((labels) =>
        values.map((value) => (value === undefined ? labels : { ...labels, [key]: value })),
      ),
    [{}],
  )
}

const own = 'sidecar-injector/inject'
const revisions = [undefined, 'default', '1-20', '1-30', 'stable', 'other']
const namespaces = combinations({
  'istio-injection': [undefined, 'enabled', 'disabled', 'other'],
  'istio.io/rev': revisions,
})
const pods = combinations({
  'sidecar.istio.io/inject': [undefined, 'true', 'false', 'other'],
  'istio.io/rev': revisions,
})

/** The names that are served, as the server knows them: revisions and tags. */
const served = ['1-20', '1-30', 'default', 'stable']

t.test("revisions and tags: exactly one of Istio's webhooks, with the path of what is asked for", (t) => {
  const webhooks = webhooksOf('revisions={1-20,1-30}', 'tags.default=1-20', 'tags.stable=1-20')
  t.equal(webhooks.length, 2 * served.length + 2)
  for (const labels of namespaces) {
    for (const pod of pods) {
      const selected = webhooks.filter((webhook) => selects(webhook, { name: 'shop', labels }, pod))
      const { name, source } = askedFor(labels, pod)
      const expected = name !== undefined && served.includes(name) ? [name] : []
      const seen = selected.map(({ clientConfig }) => injectPath(clientConfig.service.path)?.revision)
      t.same(seen, expected, `namespace ${JSON.stringify(labels)}, pod ${JSON.stringify(pod)}`)
      const [entry] = Object.entries(sources).find(([, each]) => each === source) ?? []
      for (const webhook of selected)
        t.ok(webhook.name.startsWith(entry ?? '?'), `${webhook.name} is ${entry}`)
    }
  }
  t.end()
})

t.test('enable by default: what says nothing is selected, of no namespace that must not be', (t) => {
  const [auto, ...others] = webhooksOf('webhooks.enableNamespacesByDefault=true')
  if (auto === undefined) throw new Error('there is no webhook')
  t.same(others, [])
  t.ok(selects(auto, { name: 'shop', labels: {} }, {}))
  t.ok(selects(auto, { name: 'shop', labels: { 'istio-injection': 'enabled' } }, {}))
  t.notOk(selects(auto, { name: 'shop', labels: { 'istio-injection': 'disabled' } }, {}))

  const four = webhooksOf('webhooks.enableNamespacesByDefault=true', 'revisions={default}')
  const selected = (labels: Labels, pod: Labels) =>
    four.filter((webhook) => selects(webhook, { name: 'shop', labels }, pod)).map(({ name }) => name)
  t.same(selected({}, {}), ['auto.sidecar-injector.istio.io'])
  t.same(selected({}, { 'sidecar.istio.io/inject': 'true' }), ['object.sidecar-injector.istio.io'])
  t.same(selected({}, { 'sidecar.istio.io/inject': 'false' }), [])
  t.same(selected({ 'istio-injection': 'disabled' }, {}), [])
  t.same(selected({ 'istio-injection': 'enabled' }, {}), ['namespace.sidecar-injector.istio.io'])
  t.end()
})

t.test('never the namespaces of Kubernetes and its own; those of Istio and others as the values say', (t) => {
  const never = ['kube-system', 'kube-public', 'kube-node-lease', 'sidecar-injector']
  const variants: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], ['istio-system']],
    [['webhooks.enableNamespacesByDefault=true'], ['istio-system']],
    [['revisions={default,1-30}', 'webhooks.enableNamespacesByDefault=true'], ['istio-system']],
    [[`sideBySide.label=${own}=enabled`], ['istio-system']],
    [['webhooks.includeIstioNamespace=true'], []],
    [['webhooks.excludedNamespaces={monitoring,build}'], ['istio-system', 'monitoring', 'build']],
    [['istio.namespace=mesh'], ['mesh']],
  ]
  for (const [values, also] of variants) {
    const webhooks = webhooksOf(...values)
    const selected = (name: string) =>
      namespaces
        .map((labels) => ({ ...labels, [own]: 'enabled' }))
        .some((labels) =>
          webhooks.some((webhook) => pods.some((pod) => selects(webhook, { name, labels }, pod))),
        )
    for (const name of [...never, ...also]) t.notOk(selected(name), `${values.join(' ')}: ${name}`)
    t.ok(selected('shop'), values.join(' '))
    if (!also.includes('istio-system')) t.ok(selected('istio-system'), `${values.join(' ')}: istio-system`)
  }
  t.end()
})

t.test(
  "side by side: our label only, and no pod that Istio's injector takes where it is told to keep off",
  (t) => {
    const theirs = webhooksOf('revisions={default,1-30}', 'webhooks.enableNamespacesByDefault=true')
    for (const values of [[], ['revisions={default,1-30}']]) {
      const ours = webhooksOf(`sideBySide.label=${own}=enabled`, ...values)
      for (const labels of namespaces) {
        const marked = { ...labels, [own]: 'enabled' }
        for (const pod of pods) {
          const isOurs = (all: Labels) =>
            ours.some((webhook) => selects(webhook, { name: 'shop', labels: all }, pod))
          const isTheirs = theirs.some((webhook) => selects(webhook, { name: 'shop', labels: marked }, pod))
          if (isOurs(labels)) t.fail(`selected without our label: ${JSON.stringify(labels)}`)
          const overlaps = isOurs(marked) && isTheirs
          if (overlaps && labels['istio-injection'] !== undefined) {
            t.fail(`both select ${JSON.stringify(pod)} of ${JSON.stringify(marked)}`)
          }
        }
      }
      const first = ours.find((webhook) =>
        selects(webhook, { name: 'shop', labels: { 'istio-injection': 'disabled', [own]: 'enabled' } }, {}),
      )
      t.match(first?.name, /^namespace\./, 'what the notes say to label is selected')
    }
    const byRevision = webhooksOf(`sideBySide.label=${own}=enabled`, 'revisions={default,1-30}')
    const labels = { 'istio-injection': 'disabled', [own]: '1-30' }
    const selected = byRevision.filter((webhook) => selects(webhook, { name: 'shop', labels }, {}))
    t.same(
      selected.map(({ clientConfig }) => clientConfig.service.path),
      ['/revision/1-30/inject'],
    )
    t.end()
  },
)
