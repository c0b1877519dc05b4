/**
 * Random webhooks beside what the API server does with random pods. A webhook that allows everything writes down who is called;
 * the API server counts conditions that fail; with failurePolicy Fail it refuses the pod.
 */
import t from 'tap'
import { equals } from '../../src/cel/compare.ts'
import { kindOf, valueOf, type Value } from '../../src/cel/value.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import { readNamespace, type NamespaceFacts } from '../../src/selection/namespace.ts'
import { received } from '../../src/selection/received.ts'
import { candidateOf, selectEntry } from '../../src/selection/select.ts'
import { readWebhooks, type WebhookEntry } from '../../src/selection/webhook-entry.ts'
import { pick, seeded } from '../property/mutate.ts'
import { labelsOf, randomPodToCreate, randomSelection } from '../property/webhooks.ts'
import { ApiFailure } from './harness/api.ts'
import { metricOf } from './harness/metrics.ts'
import type { List } from './harness/objects.ts'
import { startRecorder } from './harness/recorder.ts'
import { clusterFor, ensureNamespace } from './harness/scenario.ts'
import { until } from './harness/wait.ts'

/** Another one is tried by SEED=… */
const seed = Number(process.env['SEED'] ?? 20261124)
const counts = { webhooks: 400, refusing: 60, pods: 36 }

const random = seeded(seed)
const cluster = await clusterFor(t)
const recorder = await startRecorder()
t.teardown(() => recorder.close())
const namespaces = Array.from({ length: 6 }, (_, index) => `random-${index}`)
for (const name of namespaces) await ensureNamespace(cluster, name, labelsOf(random))
const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

function webhook(id: string, failurePolicy: 'Fail' | 'Ignore', selection: JsonObject): JsonObject {
  return {
    name: `${id}.sidecar-injector.istio.io`,
    clientConfig: { url: `${recorder.url}/${id}`, caBundle: recorder.caBundle },
    failurePolicy,
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 5,
    ...selection,
  }
}

function configuration(name: string, list: readonly JsonObject[]): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: list,
  }
}

/** Whether the API server takes a webhook: its conditions are checked when it is made. */
async function isTaken(candidate: JsonObject): Promise<boolean> {
  try {
    await cluster.api.call({
      method: 'POST',
      path: `${webhooks}?dryRun=All`,
      body: configuration('tried', [candidate]),
    })
    return true
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 422) return false
    throw error
  }
}

async function taken(count: number, make: (id: number) => JsonObject): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = []
  for (let tried = 0; found.length < count; tried++) {
    if (tried > count * 5) throw new Error('most webhooks are refused')
    const candidate = make(found.length)
    if (await isTaken(candidate)) found.push(candidate)
  }
  return found
}

/** The API server says no more of a pod once a webhook has refused it: these meet few pods each, and come last. */
const indices = Array.from({ length: counts.pods }, (_, index) => String(index))
const ignoring = await taken(counts.webhooks, (id) =>
  webhook(`i${id}`, 'Ignore', randomSelection(random, namespaces)),
)
const refusing = await taken(counts.refusing, (id) =>
  webhook(`f${id}`, 'Fail', {
    ...randomSelection(random, namespaces),
    objectSelector: {
      matchExpressions: [
        { key: 'index', operator: 'In', values: [pick(random, indices), pick(random, indices)] },
      ],
    },
  }),
)
/** Its only webhook is called for every pod there: when it is, the API server has the others, too. */
const sentinel = webhook('s', 'Ignore', {
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['serviceaccounts'] }],
})

const { entries, facts } = await set()

async function set(): Promise<{
  readonly entries: readonly WebhookEntry[]
  readonly facts: ReadonlyMap<string, NamespaceFacts>
}> {
  for (const [name, list] of [
    ['a-ignoring', ignoring],
    ['b-refusing', refusing],
    ['c-sentinel', [sentinel]],
  ] as const) {
    await cluster.api.call({ method: 'POST', path: webhooks, body: configuration(name, list) })
  }
  let tries = 0
  await until('the API server has all webhooks', 20, async () => {
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: `tried-${tries++}` } }
    await cluster.api.call({
      method: 'POST',
      path: '/api/v1/namespaces/random-0/serviceaccounts?dryRun=All',
      body,
    })
    return recorder.calls.some(({ path }) => path === '/s')
  })
  const stored = (await cluster.api.get<List<JsonObject>>(webhooks)).items
  const facts = new Map<string, NamespaceFacts>()
  for (const name of namespaces) {
    facts.set(name, readNamespace(await cluster.api.get<JsonObject>(`/api/v1/namespaces/${name}`)))
  }
  return { entries: readWebhooks(stored).entries.filter(({ name }) => !name.startsWith('s.')), facts }
}

interface Done {
  readonly namespace: string
  readonly manifest: JsonObject
  /** Undefined where it was refused. */
  readonly stored: JsonObject | undefined
  readonly called: ReadonlySet<string>
  readonly received: JsonObject | undefined
}

async function create(index: number): Promise<Done> {
  const namespace = pick(random, namespaces)
  const manifest = randomPodToCreate(random, index)
  const before = recorder.calls.length
  let stored: JsonObject | undefined
  try {
    const path = `/api/v1/namespaces/${namespace}/pods`
    stored = await cluster.api.call<JsonObject>({ method: 'POST', path, body: manifest })
  } catch (error) {
    if (!(error instanceof ApiFailure && error.message.includes('resulted in error'))) throw error
  }
  // Others are busy in the cluster, too.
  const calls = recorder.calls
    .slice(before)
    .filter(({ request }) => request.operation === 'CREATE' && request.kind.kind === 'Pod')
    .filter(({ request }) => request.subResource === undefined)
  const called = new Set(calls.map(({ path }) => path.slice(1)))
  return { namespace, manifest, stored, called, received: calls[0]?.request.object }
}

const idOf = ({ name }: WebhookEntry): string => name.split('.', 1)[0] ?? ''
const done: Done[] = []
for (const index of indices) done.push(await create(Number(index)))

/** The pod as somebody who asks has it: from a file before, or from the cluster afterwards. */
const views = {
  'from its manifest': ({ manifest }: Done) => manifest,
  'as it is stored': ({ stored }: Done) => stored,
} as const

for (const [view, look] of Object.entries(views)) {
  await t.test(`webhooks are called as it is said of a pod ${view}, seed ${seed}`, (t) => {
    let told = 0
    let unknown = 0
    for (const each of done) {
      const pod = look(each)
      if (pod === undefined) continue
      const candidate = candidateOf(pod, each.namespace, facts.get(each.namespace))
      let isRefused = false
      for (const entry of entries) {
        const { kind, because } = selectEntry(entry, candidate)
        if (kind === 'unknown') unknown++
        // What comes behind one that may have refused the pod is not asked any more.
        if (kind === 'unknown' && entry.failurePolicy === 'Fail' && each.stored === undefined) break
        if (kind === 'unknown') continue
        told++
        if (kind === 'refused') {
          isRefused = true
          t.equal(each.stored, undefined, `it is refused: ${describe(entry, each)}: ${because}`)
          break
        }
        const was = each.called.has(idOf(entry))
        if (was !== (kind === 'called'))
          t.fail(`${kind}, but ${was ? 'called' : 'not called'}: ${describe(entry, each)}: ${because}`)
      }
      if (each.stored !== undefined) t.notOk(isRefused)
    }
    t.comment(`${told} told, ${unknown} not known`)
    t.ok(unknown < told / 10, 'few are not known')
    t.end()
  })
}

function describe(entry: WebhookEntry, { namespace, manifest }: Done): string {
  const { clientConfig: _, ...webhook } =
    [...ignoring, ...refusing].find(({ name }) => name === entry.name) ?? {}
  return `${JSON.stringify(webhook)} for ${JSON.stringify(manifest)} in ${namespace}`
}

/**
 * How often conditions of a webhook fail, as the API server counts: those before the first that is false. Undefined where
 * something is not known.
 */
function failures(entry: WebhookEntry): number | undefined {
  let sum = 0
  for (const { manifest, stored, namespace } of done) {
    const candidate = candidateOf(stored ?? manifest, namespace, facts.get(namespace))
    const { kind } = selectEntry({ ...entry, conditions: [] }, candidate)
    if (kind === 'unknown') return undefined
    if (kind !== 'called') continue
    for (const { condition } of entry.conditions) {
      const truth = condition.evaluate(candidate.input()).kind
      if (truth === 'unknown') return undefined
      if (truth === 'error') sum++
      if (truth === 'false') break
    }
  }
  return sum
}

function isForPodsOnly(rules: WebhookEntry['rules']): boolean {
  return rules.every(
    ({ operations, resources }) => operations.join() === 'CREATE' && resources.join() === 'pods',
  )
}

await t.test(`conditions fail as it is said, seed ${seed}`, async (t) => {
  const page: string = await cluster.kubectl(['get', '--raw', '/metrics'])
  let told = 0
  // Others are asked of what else happens in the cluster, too.
  const asked = entries.filter(
    ({ failurePolicy, rules }) => failurePolicy === 'Ignore' && isForPodsOnly(rules),
  )
  for (const entry of asked) {
    const expected = failures(entry)
    if (expected === undefined) continue
    told += expected
    const counted = metricOf(
      page,
      'apiserver_admission_match_condition_evaluation_errors_total',
      `name="${entry.name}"`,
    )
    t.equal(counted, expected, entry.conditions.map(({ condition }) => condition.expression).join(' ; '))
  }
  t.ok(told > 100, `${told} failures`)
})

await t.test(`what comes to webhooks is what is said, seed ${seed}`, (t) => {
  for (const { namespace, manifest, stored, received: came } of done) {
    if (came === undefined) continue
    for (const view of stored === undefined ? [manifest] : [manifest, stored])
      t.strictSame(differences('object', received(view, namespace), valueOf(came)), [], JSON.stringify(view))
  }
  t.end()
})

/** Where what is said is not what came; what is said not to be known may be anything. */
function differences(path: string, said: Value | undefined, came: Value | undefined): readonly string[] {
  if (typeof said === 'object' && said?.kind === 'unknown') {
    return said.isThere && came === undefined ? [`${path} is not there`] : []
  }
  if (said === undefined || came === undefined)
    return said === came ? [] : [`${path}: ${kind(said)}, ${kind(came)}`]
  if (typeof said === 'object' && said?.kind === 'map' && typeof came === 'object' && came?.kind === 'map') {
    const keys = new Set([...said.entries.keys(), ...came.entries.keys()])
    return [...keys].flatMap((key) =>
      differences(`${path}.${kind(key)}`, said.entries.get(key), came.entries.get(key)),
    )
  }
  if (
    typeof said === 'object' &&
    said?.kind === 'list' &&
    typeof came === 'object' &&
    came?.kind === 'list'
  ) {
    const last = said.items.at(-1)
    const isOpen = typeof last === 'object' && last?.kind === 'unknown'
    const most = Math.max(said.items.length, came.items.length)
    return Array.from({ length: most }, (_, index) => index).flatMap((index) =>
      isOpen && index >= said.items.length - 1
        ? []
        : differences(`${path}[${index}]`, said.items[index], came.items[index]),
    )
  }
  return equals(said, came) ? [] : [`${path}: ${kind(said)}, ${kind(came)}`]
}

function kind(value: Value | undefined): string {
  return value === undefined
    ? 'nothing'
    : `${kindOf(value)} ${typeof value === 'object' ? '' : String(value)}`
}
