/**
 * Random pods beside what really happens to them: `explain` from files, from the cluster before and after, `coverage`, the
 * audit log, warnings and metrics say of each the same, which is what the API server and the injector have done.
 */
import t from 'tap'
import { objectAt, stringAt, type JsonObject } from '../../src/injection/json.ts'
import { explainedPod, explainedWorkload, hasOwner, namespaceLabels } from '../property/explained.ts'
import { seeded } from '../property/mutate.ts'
import { explainedNamespaces as namespaces } from './harness/control-plane.ts'
import {
  auditedPods,
  containerCount,
  decisionsCounted,
  happened,
  type Happened,
} from './harness/explained.ts'
import { sayer, type Covered, type Explained } from './harness/sayer.ts'
import type { List } from './harness/objects.ts'
import { installChart, clusterFor, applyIstio, ensureNamespace } from './harness/scenario.ts'
import { ofRevision, selecting } from './harness/istio-revisions.ts'
import { until } from './harness/wait.ts'

const verdicts = {
  injected: 'would-be-injected',
  'not-injected': 'would-not-be-injected',
  refused: 'would-be-refused',
} as const

/** Another one is tried by SEED=… */
const seed = Number(process.env['SEED'] ?? 20261124)
const counts = { pods: 240, workloads: 24 }

const random = seeded(seed)
const cluster = await clusterFor(t)
const newest = 'releases/istio-1.30.3/defaults'
await applyIstio(cluster, `${newest}/istio.configmap.yaml`, `${newest}/istio-sidecar-injector.configmap.yaml`)
await cluster.apply([
  ...ofRevision('releases/istio-1.0.0/defaults', '1-0'),
  ...ofRevision('releases/istio-1.10.6/defaults', '1-10'),
  ...selecting(ofRevision('releases/istio-1.20.8/defaults', '1-20')),
])
for (const name of namespaces) {
  await ensureNamespace(cluster, name, name.startsWith('explained-') ? namespaceLabels(random) : {})
}
await cluster.apply(
  namespaces.flatMap((namespace) =>
    ['web', 'y'].map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
  ),
)
const chart = ['revisions={default,1-0,1-10,1-20,old}', 'tags.prod=1-20']
// What conditions leave out, the injector would have no reason for: they come last.
await installChart(cluster, { set: [...chart, 'webhooks.matchConditions=false'] })
const { explain, explainOffline, coverage } = sayer(cluster)

const pods = Array.from({ length: counts.pods }, (_, index) => explainedPod(random, namespaces, index))
const workloads = Array.from({ length: counts.workloads }, (_, index) =>
  explainedWorkload(random, namespaces, index),
)
const before = await decisionsCounted(cluster)
const said = await explain([...pods, ...workloads])
const saidOffline = await explainOffline([...pods, ...workloads])
const done = await createAll(pods)
await cluster.apply(workloads)

await t.test(`what files say is what the cluster says, seed ${seed}`, (t) => {
  t.equal(said.length, counts.pods + counts.workloads)
  for (const [index, each] of said.entries()) t.same(essence(saidOffline[index]), essence(each), each.name)
  t.end()
})

await t.test(`what is said beforehand is what happens, seed ${seed}`, (t) => {
  const wrong = done.flatMap((each, index) => differences(each, said[index]))
  t.same(wrong, [])
  const outcomes = new Map<string, number>()
  for (const { outcome } of done) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  t.comment([...outcomes].map(([outcome, count]) => `${outcome}: ${count}`).join(', '))
  t.ok((outcomes.get('injected') ?? 0) > 20 && (outcomes.get('not-injected') ?? 0) > 20)
  t.end()
})

await t.test(`the metrics count what the audit log has, seed ${seed}`, async (t) => {
  const expected = new Map<string, number>()
  for (const { decision, reason } of done) {
    if (decision === undefined) continue
    expected.set(`${decision} ${reason}`, (expected.get(`${decision} ${reason}`) ?? 0) + 1)
  }
  // Those of workloads come on top.
  const after = await decisionsCounted(cluster)
  for (const [key, count] of expected) {
    t.ok((after.get(key) ?? 0) - (before.get(key) ?? 0) >= count, `${key}: ${count}`)
  }
})

await t.test(`explain and coverage say of pods that are there what happened, seed ${seed}`, async (t) => {
  const covered = await coverage()
  for (const namespace of namespaces) {
    const there = done.filter((each) => each.isStored && each.namespace === namespace)
    if (there.length === 0) continue
    const explained = await explain(
      [],
      there.map(({ name }) => `pod/${name}`),
      namespace,
    )
    const wrong = there.flatMap((each, index) =>
      afterwards(each, explained[index], covered.get(`${namespace}/${each.name}`)),
    )
    t.same(wrong, [], namespace)
  }
})

await t.test(`pods of workloads become what is said of the workload, seed ${seed}`, async (t) => {
  const saidOf = said.slice(counts.pods)
  for (const [index, workload] of workloads.entries()) {
    const each = saidOf[index]
    const { namespace = '', name = '' } = each ?? {}
    const kind = stringAt(workload, 'kind')
    const where = `${kind} ${namespace}/${name}`
    if (each?.verdict === 'would-be-refused') {
      const [now] = await until(`word of ${where}`, 20, async () => {
        const now = await explain([], [`${kind}/${name}`], namespace)
        return now[0]?.events.some(({ reason }) => reason === 'FailedCreate') && now
      })
      t.same([now?.verdict, now?.reason, now?.pods], [each.verdict, each.reason, []], where)
      continue
    }
    const own = await until(`pods of ${where}`, 30, async () => {
      const all = await podsOf(namespace)
      const own = all.filter((pod) => stringAt(objectAt(pod, 'metadata'), 'name').startsWith(`${name}-`))
      return own.length > 0 && own
    })
    const count = containerCount(objectAt(objectAt(workload, 'spec'), 'template'))
    const isInjected = own.map((pod) => containerCount(pod) > count)
    t.ok(
      isInjected.every((is) => is === (each?.verdict === 'would-be-injected')),
      `${where}: ${each?.verdict} (${each?.reason})`,
    )
  }
})

await t.test(
  `the same by dry run with conditions, and namespaces enabled by default, seed ${seed}`,
  async (t) => {
    await installChart(cluster, { set: [...chart, 'webhooks.enableNamespacesByDefault=true'] })
    const now = await explain(pods)
    const offline = await explainOffline(pods)
    const again = await createAll(pods, { dryRun: true })
    t.same(
      again.flatMap((each, index) => differences(each, now[index])),
      [],
    )
    for (const [index, each] of now.entries()) t.same(essence(offline[index]), essence(each), each.name)
  },
)

/** Creates pods, some at a time; those of owners that are not there are only tried. */
async function createAll(all: readonly JsonObject[], { dryRun = false } = {}): Promise<readonly Happened[]> {
  const answers = new Map<JsonObject, Awaited<ReturnType<typeof cluster.api.exchange>>>()
  const left = [...all]
  const worker = async (): Promise<void> => {
    for (let pod = left.shift(); pod !== undefined; pod = left.shift()) {
      const namespace = stringAt(objectAt(pod, 'metadata'), 'namespace')
      const query = dryRun || hasOwner(pod) ? '?dryRun=All' : ''
      const path = `/api/v1/namespaces/${namespace}/pods${query}`
      answers.set(pod, await cluster.api.exchange({ method: 'POST', path, body: pod }))
    }
  }
  await Promise.all([worker(), worker(), worker()])
  const audited = await auditedPods(cluster, [...answers.values()])
  return all.map((pod) => happened(pod, answers.get(pod), audited, { dryRun: dryRun || hasOwner(pod) }))
}

async function podsOf(namespace: string): Promise<readonly JsonObject[]> {
  return (
    await cluster.api.get<List<JsonObject & { metadata: { name: string } }>>(
      `/api/v1/namespaces/${namespace}/pods`,
    )
  ).items
}

/** What does not depend on when and where it is asked. */
function essence(explained: Explained | undefined): object {
  const { verdict, reason, message, field, revision, release, templateHash, now, webhooks, warnings } =
    explained ?? {}
  return { verdict, reason, message, field, revision, release, templateHash, now, webhooks, warnings }
}

/** What is said of a pod that is to be, beside what became of it; nothing where it agrees. */
function differences(is: Happened, said: Explained | undefined): readonly string[] {
  if (is.outcome === 'invalid' && is.called.length === 0) return []
  const { verdict = '', reason = '', revision, webhooks = [], warnings = [] } = said ?? {}
  const where = `${is.namespace}/${is.name} ${JSON.stringify(is.wishes)} said ${verdict} (${reason})`
  const called = webhooks.filter(({ kind }) => kind === 'called').map(({ name }) => name)
  const rows: readonly (readonly [what: string, is: unknown, said: unknown])[] = [
    // What the API server itself refuses of a pod is not for us to know.
    ['outcome', is.outcome === 'invalid' ? verdict : verdicts[is.outcome], verdict],
    [
      'webhooks',
      is.called.join(),
      is.outcome === 'refused' ? called.slice(0, is.called.length).join() : called.join(),
    ],
    ['reason', is.reason ?? reasonUncalled(webhooks, reason), reason],
    ['revision', is.revision, is.reason === undefined ? is.revision : revision],
    [
      'warnings',
      is.warnings.filter((text) => text.startsWith('no sidecar')).join(),
      warnings.filter((text) => text.startsWith('no sidecar')).join(),
    ],
  ]
  return rows.flatMap(([what, is, said]) =>
    is === said ? [] : [`${where}: ${what} is ${String(is)}, said ${String(said)}`],
  )
}

/** What the chart's conditions leave out has a reason of the injector's, too. */
function reasonUncalled(webhooks: Explained['webhooks'], said: string): string {
  if (!webhooks.some(({ kind }) => kind === 'left-out')) return 'revision-not-selected'
  return said === 'host-network' || said === 'inject-annotation' ? said : 'match-condition'
}

/** The same of one that is there. */
function afterwards(
  is: Happened,
  said: Explained | undefined,
  covered: Covered | undefined,
): readonly string[] {
  if (is.isCopy) return []
  const { verdict, reason, revision } = said ?? {}
  const where = `${is.namespace}/${is.name} ${JSON.stringify(is.wishes)}`
  const foreign = ['injected', 'foreign-sidecar']
  const expected =
    is.outcome === 'injected'
      ? ['injected', 'current']
      : is.hasOwnProxy
        ? foreign
        : ['not-injected', is.reason ?? 'revision-not-selected']
  const wrong = (what: string, is: unknown, said: unknown): readonly string[] =>
    JSON.stringify(is) === JSON.stringify(said)
      ? []
      : [`${where}: ${what} is ${JSON.stringify(is)}, said ${JSON.stringify(said)}`]
  return [
    ...wrong('state', expected, [verdict, reason]),
    ...wrong('coverage', [verdict, reason], [covered?.state, covered?.reason]),
    ...(is.outcome === 'injected' ? wrong('revision', is.revision, revision) : []),
  ]
}
