/**
 * Random pods for the ConfigMaps of every release, seen and unseen: what must hold whatever the release does. `RUNS=200
 * SEED=2` says how many pods for each, and which; what fails is printed with its release, run and seed.
 */
import t from 'tap'
import {
  isObject,
  listAt,
  namesOf,
  objectAt,
  stringAt,
  type Json,
  type JsonObject,
} from '../../src/injection/json.ts'
import type { Outcome } from '../../src/injection/outcome.ts'
import { ReplicaCache } from '../../src/injection/replicas.ts'
import type { Settings } from '../../src/injection/settings.ts'
import { normalisedText } from '../conformance/normalise.ts'
import { admitted, ask } from './answers.ts'
import { seeded, type Random } from './mutate.ts'
import { podFaults } from './pod-faults.ts'
import { randomPod } from './pods.ts'
import { allReleases, configMaps, type ReleaseSettings } from './release-settings.ts'

const runs = Number(process.env['RUNS'] ?? 10)
const seed = Number(process.env['SEED'] ?? 1)
const releases = allReleases()

/** Looks at one pod with one release; the sentence says what is wrong. */
type Property = (release: ReleaseSettings, pod: JsonObject, random: Random) => string | undefined

function property(name: string, check: Property): void {
  t.test(name, { skip: configMaps === undefined && 'the shared test data is not there' }, async (t) => {
    const wrong: string[] = []
    for (const release of releases) {
      for (let run = 0; run < runs && wrong.length < 5; run++) {
        const random = seeded(seed * 1_000_003 + run)
        const fault = check(release, randomPod(random), random)
        if (fault !== undefined) wrong.push(`${release.tag}: ${fault}: RUNS=${run + 1} SEED=${seed}`)
      }
    }
    t.same(wrong, [])
  })
}

property('a patch applies, and what was right about the pod still is', ({ settings }, pod) => {
  const after = admitted(settings, pod)
  if (after === undefined) return undefined
  const before = new Set(podFaults(pod))
  return podFaults(after).find((fault) => !before.has(fault) && !isOwn(pod, fault))
})

/** An init container istio-proxy of the user's own is doubled by Istio, too, unless the sidecar is native. */
function isOwn(pod: JsonObject, fault: string): boolean {
  return fault === 'two of container istio-proxy' && named(pod, 'initContainers', 'istio-proxy') !== undefined
}

property('an injection again finds nothing more to do', ({ settings, release }, pod) => {
  const once = injected(settings, pod)
  const twice = once && injected(settings, once)
  const thrice = twice && injected(settings, twice)
  if (once === undefined) return undefined
  if (twice === undefined || thrice === undefined) return 'it is refused'
  const { minor } = release
  const hasPort = annotation(pod, 'status.sidecar.istio.io/port') !== undefined
  // By the mesh's port probes are known again, not by the pod's own: 1.9 to 1.16 write the variable once more each time.
  if (hasPort && minor >= 9 && minor < 17) return undefined
  if (partNames(once) !== partNames(twice)) return `it changes ${partNames(once)} to ${partNames(twice)}`
  if (hasOwnProxy(pod)) return undefined
  if (normalisedText(twice) !== normalisedText(thrice)) return difference(twice, thrice)
  if (minor < 9 || hasPort || isChangedOnce(pod, minor)) return undefined
  return normalisedText(once) === normalisedText(twice) ? undefined : difference(once, twice)
})

/**
 * What Istio itself does otherwise the second time: it puts the network behind the probers, and up to 1.10 tells the
 * sidecar of annotations that the first injection added. (From 1.17 it goes back to its own sidecar, container by container.)
 */
function isChangedOnce(pod: JsonObject, minor: number): boolean {
  const metadata = objectAt(pod, 'metadata')
  const hasNetwork = stringAt(objectAt(metadata, 'labels'), 'topology.istio.io/network') !== ''
  return hasNetwork || (minor <= 10 && metadata['annotations'] === undefined)
}

function hasOwnProxy(pod: JsonObject): boolean {
  return ['containers', 'initContainers'].some((list) => named(pod, list, 'istio-proxy') !== undefined)
}

const partLists = ['containers', 'initContainers', 'volumes', 'imagePullSecrets'] as const

function partNames(pod: JsonObject): string {
  return partLists
    .map((list) =>
      namesOf(listAt(objectAt(pod, 'spec'), list))
        .sort()
        .join(','),
    )
    .join('; ')
}

property("what is not the injector's stays as it is", ({ settings, release }, pod) => {
  const after = injected(settings, pod)
  if (after === undefined || (annotation(pod, 'inject.istio.io/templates') ?? '').includes('grpc'))
    return undefined
  return (
    changedMember(own(pod), own(after), ownMembers) ??
    changedMember(objectAt(pod, 'spec'), objectAt(after, 'spec'), specMembers) ??
    changedItem(pod, after, 'volumes', []) ??
    changedItem(pod, after, 'imagePullSecrets', []) ??
    changedItem(pod, after, 'containers', probeMembers) ??
    changedItem(pod, after, 'initContainers', release.minor < 19 ? [] : probeMembers) ??
    changedText(pod, after, 'labels', /rev$|network$/) ??
    changedText(pod, after, 'annotations', /prometheus|cni/)
  )
})

const ownMembers = ['labels', 'annotations']
const specMembers = [...partLists, 'securityContext', 'dnsConfig']
const probeMembers = ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle']

/** The pod's metadata. */
function own(pod: JsonObject): JsonObject {
  return objectAt(pod, 'metadata')
}

function changedMember(before: JsonObject, after: JsonObject, but: readonly string[]): string | undefined {
  const members = Object.keys(before).filter((member) => !but.includes(member))
  const changed = members.find(
    (member) => normalisedText(before[member] ?? null) !== normalisedText(after[member] ?? null),
  )
  return changed && `${changed} is changed`
}

/** Items that are the user's own are found again by name, apart from the members given. */
function changedItem(
  pod: JsonObject,
  after: JsonObject,
  list: string,
  but: readonly string[],
): string | undefined {
  for (const item of listAt(objectAt(pod, 'spec'), list).filter(isObject)) {
    const name = stringAt(item, 'name')
    if (name === 'istio-proxy') continue
    const found = named(after, list, name)
    const fault = found === undefined ? 'is gone' : changedMember(item, found, but)
    if (fault !== undefined) return `${list}: ${name}: ${fault}`
  }
  return undefined
}

/** Labels or annotations that say something go on saying it. */
function changedText(pod: JsonObject, after: JsonObject, map: string, but: RegExp): string | undefined {
  const [before, now] = [objectAt(own(pod), map), objectAt(own(after), map)]
  const changed = Object.keys(before).find(
    (key) => before[key] !== '' && before[key] !== now[key] && !but.test(key),
  )
  return changed && `${map}: ${changed} is ${JSON.stringify(now[changed])}`
}

property('a pod without a feature is not told of it', ({ settings, release }, pod) => {
  const quiet = withoutProbes(withAnnotations(pod, (key) => !key.startsWith('prometheus')))
  const after = injected(settings, quiet)
  if (after === undefined || hasOwnProxy(pod)) return undefined
  const proxy =
    named(after, 'containers', 'istio-proxy') ?? named(after, 'initContainers', 'istio-proxy') ?? {}
  const variables = new Map(
    listAt(proxy, 'env')
      .filter(isObject)
      .map((item) => [stringAt(item, 'name'), item['value']]),
  )
  if (variables.has('ISTIO_PROMETHEUS_ANNOTATIONS')) return 'it is told of metrics'
  const probers = variables.get('ISTIO_KUBE_APP_PROBERS')
  return probers === undefined || (probers === '{}' && release.minor < 8)
    ? undefined
    : `its probers are ${JSON.stringify(probers)}`
})

function withAnnotations(pod: JsonObject, keep: (key: string) => boolean): JsonObject {
  const metadata = own(pod)
  const kept = Object.entries(objectAt(metadata, 'annotations')).filter(([key]) => keep(key))
  return { ...pod, metadata: { ...metadata, annotations: Object.fromEntries(kept) } }
}

function withoutProbes(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const bare = (list: string): Json[] =>
    listAt(spec, list)
      .filter(isObject)
      .map((item) => Object.fromEntries(Object.entries(item).filter(([key]) => !probeMembers.includes(key))))
  return { ...pod, spec: { ...spec, containers: bare('containers'), initContainers: bare('initContainers') } }
}

property('a replica gets what it would get alone', ({ settings }, pod, random) => {
  const together: Settings = { ...settings, replicas: new ReplicaCache() }
  for (let count = 0; count < 3; count++) {
    const sibling = replicaOf(pod, random)
    const alone = ask({ ...settings, replicas: new ReplicaCache() }, sibling)
    const cached = ask(together, sibling)
    if (outcomeText(alone) !== outcomeText(cached))
      return `replica ${count + 1} gets ${outcomeText(cached).slice(0, 300)}`
  }
  return undefined
})

/** The pod with another end of its token volume's name, another name of its own and another uid. */
function replicaOf(pod: JsonObject, random: Random): JsonObject {
  const end = Array.from({ length: 5 }, () => 'abcdefghij'.charAt(random(10))).join('')
  const text = JSON.stringify(pod).replaceAll('kube-api-access-x7k2p', `kube-api-access-${end}`)
  const sibling: JsonObject = JSON.parse(text)
  const names = Object.hasOwn(own(sibling), 'generateName') ? { uid: `uid-${end}` } : {}
  return { ...sibling, metadata: { ...own(sibling), ...names } }
}

function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `${outcome.error.code}: ${outcome.error.message}`
  return outcome.kind === 'injected' ? outcome.patch : JSON.stringify(outcome.decision)
}

property('the order of labels and annotations means nothing', ({ settings }, pod) => {
  const [straight, reversed] = [pod, reversedMaps(pod)].map((each) => admitted(settings, each))
  if (straight === undefined || reversed === undefined)
    return straight === reversed ? undefined : 'only one is refused'
  return normalisedText(straight) === normalisedText(reversed) ? undefined : difference(straight, reversed)
})

function reversedMaps(pod: JsonObject): JsonObject {
  const reversed = Object.fromEntries(
    Object.entries(own(pod)).map(([key, value]) => [
      key,
      isObject(value) ? Object.fromEntries(Object.entries(value).toReversed()) : value,
    ]),
  )
  return { ...pod, metadata: reversed }
}

/** The pod with its sidecar; undefined where it gets none. */
function injected(settings: Settings, pod: JsonObject): JsonObject | undefined {
  const after = admitted(settings, pod)
  return after === pod ? undefined : after
}

function annotation(pod: JsonObject, key: string): string | undefined {
  const annotations = objectAt(own(pod), 'annotations')
  return Object.hasOwn(annotations, key) ? stringAt(annotations, key) : undefined
}

/** Where two pods part. */
function difference(a: JsonObject, b: JsonObject): string {
  const [left, right] = [normalisedText(a), normalisedText(b)]
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  return `…${left.slice(at - 60, at + 120)} becomes …${right.slice(at - 60, at + 120)}`
}

function named(pod: JsonObject, list: string, name: string): JsonObject | undefined {
  return listAt(objectAt(pod, 'spec'), list)
    .filter(isObject)
    .find((item) => stringAt(item, 'name') === name)
}
