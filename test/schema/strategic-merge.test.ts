import { readFileSync } from 'node:fs'
import t from 'tap'
import { read } from '../../src/goyaml/index.ts'
import { isList, isObject } from '../../src/golang/json-value.ts'
import {
  decode,
  marshal,
  podType,
  strategicMerge,
  type Json,
  type MergeOptions,
} from '../../src/schema/index.ts'
import { sharedData } from '../shared-data.ts'

function merge(original: Json, patch: Json, options: MergeOptions = {}): Json {
  return strategicMerge(podType, original, decode(podType, patch, { patch: true }), options)
}

/** A pod with these containers. */
function containers(...list: Json[]): Json {
  return { spec: { containers: list } }
}

/** A container with many variables. */
function withEnv(count: number, prefix: string): Json {
  return { name: 'a', env: Array.from({ length: count }, (_, i) => ({ name: `${prefix}${i}`, value: 'x' })) }
}

/** The value at a path. */
function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (isList(inner)) return inner[Number(step)]
    return isObject(inner) ? inner[step] : undefined
  }, value)
}

/** A pod with these labels. */
function labels(map: Json): Json {
  return { metadata: { labels: map } }
}

interface Vector {
  readonly Name: string
  readonly Target: string
  readonly Overlay: string
  readonly Result: string
  readonly Err: string
}

t.test("the injector's own merges", async (t) => {
  const file = sharedData('vectors/strategic-merge-vectors.json')
  if (file === undefined) return t.comment('skipped: the shared data is missing')
  const vectors: Vector[] = JSON.parse(readFileSync(file, 'utf8'))
  t.equal(vectors.length, 44)
  for (const { Name, Target, Overlay, Result, Err } of vectors) {
    const apply = (): string => {
      const patch = read(Overlay)
      const decoded = patch === null || isObject(patch) ? decode(podType, patch, { patch: true }) : patch
      return marshal(podType, strategicMerge(podType, JSON.parse(Target), decoded))
    }
    if (Err === '') t.equal(apply(), Result, Name)
    else t.throws(apply, { message: Err.replace(/^(strategic merge|unmarshal patched pod): /, '') }, Name)
  }
})

// original, patch, result
const merges: readonly (readonly [string, Json, Json, Json])[] = [
  ['a null patch changes nothing', containers({ name: 'a' }), null, containers({ name: 'a' })],
  [
    'new items come before what remains, old ones keep their places',
    containers({ name: 'p' }, { name: 'a' }, { name: 'q' }, { name: 'b' }),
    containers({ name: 'nn' }, { name: 'q' }, { name: 'mm' }, { name: 'p' }),
    containers({ name: 'nn' }, { name: 'a' }, { name: 'q' }, { name: 'mm' }, { name: 'p' }, { name: 'b' }),
  ],
  [
    'only the first of two items with one key is merged into, and they come to stand side by side',
    containers({ name: 'a' }, { name: 'b' }, { name: 'a', tty: true }),
    containers({ name: 'a', image: 'x' }),
    containers({ name: 'a', image: 'x' }, { name: 'a', tty: true }, { name: 'b' }),
  ],
  [
    'an absent key is the zero value',
    containers({ image: 'x' }),
    containers({ name: '', tty: true }),
    containers({ image: 'x', name: '', tty: true }),
  ],
  [
    'scalars merge as a set',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { finalizers: ['c', 'b'] } },
    { metadata: { finalizers: ['c', 'a', 'b'] } },
  ],
  [
    'scalars can be taken away',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['a', 'z'] } },
    { metadata: { finalizers: ['b'] } },
  ],
  ['an empty map counts as absent', labels({}), labels({ $patch: 'replace', a: 'b' }), { metadata: {} }],
  [
    'a struct that is always written is merged into',
    {},
    { status: { $patch: 'replace', phase: 'x' } },
    { status: { phase: 'x' } },
  ],
  [
    'null in a new item of an old list is for the decoder',
    containers({ name: 'a' }),
    containers({ name: 'b', resources: { limits: { cpu: null } } }),
    containers({ name: 'b', resources: { limits: { cpu: '0' } } }, { name: 'a' }),
  ],
  [
    'an own __proto__ is a label like any other',
    labels({ a: 'b' }),
    labels(JSON.parse('{"__proto__":"x"}')),
    labels(JSON.parse('{"a":"b","__proto__":"x"}')),
  ],
  [
    'a key of every object is a label like any other',
    labels({ a: 'b' }),
    labels({ constructor: 'x', toString: null }),
    labels({ a: 'b', constructor: 'x' }),
  ],
  [
    'fields that the type does not have are kept',
    { foo: { a: 1 }, spec: { bar: [1] } },
    { spec: { hostPID: true } },
    { foo: { a: 1 }, spec: { bar: [1], hostPID: true } },
  ],
]

t.test('merging', async (t) => {
  for (const [name, original, patch, result] of merges) {
    t.equal(JSON.stringify(merge(original, patch)), JSON.stringify(result), name)
  }
})

const none = containers()
const both = containers({ name: 'a' })
// original, patch, message
const failures: readonly (readonly [Json, Json, string])[] = [
  [[], {}, 'invalid JSON document'],
  [{}, labels({ $patch: 'merge' }), ''],
  [
    labels({ a: 'b' }),
    labels({ $patch: 'merge', z: '1' }),
    'unknown patch type: merge in map: map[$patch:merge z:1]',
  ],
  [both, containers({ $patch: 'merge', name: 'a' }), 'merging lists cannot yet be specified in the patch'],
  [both, containers({ $patch: 'x', name: 'a' }), 'unknown patch type: x in map: map[$patch:x name:a]'],
  [both, containers({ image: 'x' }), 'map: map[image:x] does not contain declared merge key: name'],
  [
    both,
    containers({ $patch: 'delete' }),
    'map: map[$patch:delete] does not contain declared merge key: name',
  ],
  [both, containers(null), 'list element types are not identical: [[map[name:a]] [<nil>]]'],
  [
    {},
    { spec: { '$setElementOrder/containers': [] } },
    'expected a []interface {}, but received a %!s(<nil>)',
  ],
  [
    both,
    { spec: { '$setElementOrder/containers': {} } },
    'expected a []interface {}, but received a map[string]interface {}',
  ],
  [
    both,
    { spec: { '$setElementOrder/nonsense': [] } },
    'unable to find api field in struct PodSpec for the json field "nonsense"',
  ],
  [both, { spec: { $setElementOrder: [] } }, 'invalid patch format of setElementOrder list'],
  [both, { spec: { $retainKeys: 'containers' } }, 'invalid patch format of retainKeys'],
  [both, { spec: { $retainKeys: ['containers'], hostPID: true } }, 'invalid patch format of retainKeys'],
  [both, { metadata: { $deleteFromPrimitiveList: [] } }, 'invalid patch format of primitive list'],
  [
    containers({ name: 'a' }, { name: 'b' }),
    {
      spec: {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
        containers: [{ name: 'b' }, { name: 'a' }],
      },
    },
    'The order in patch list:\n[map[name:b] map[name:a]]\n' +
      " doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
  ],
]

t.test('patches that cannot be applied', async (t) => {
  for (const [original, patch, message] of failures) {
    const apply = (): Json => merge(original, patch)
    if (message === '') t.doesNotThrow(apply, JSON.stringify(patch))
    else t.throws(apply, { code: 'SCHEMA_PATCH', message }, message)
  }
})

t.test('versions of the library differ in what they leave in new values', async (t) => {
  const nulls = labels({ a: null, b: 'c' })
  t.same(merge({}, nulls), labels({ b: 'c' }))
  t.same(merge({}, nulls, { nulls: 'zero' }), labels({ a: '', b: 'c' }))
  t.same(merge({}, { spec: { volumes: [{ name: 'a', emptyDir: null }] } }, { nulls: 'zero' }), {
    spec: { volumes: [{ name: 'a' }] },
  })
  const directive = containers({ name: 'a', $patch: 'delete' }, { name: 'b' })
  t.same(merge({}, directive), containers({ name: 'b' }))
  t.same(merge({}, directive, { directives: 'keep' }), containers({ name: 'a' }, { name: 'b' }))
})

t.test('what the patch does not touch is shared, what it does is not changed', async (t) => {
  const app = { name: 'app', env: [{ name: 'A', value: '1' }] }
  const proxy = { name: 'istio-proxy', env: [{ name: 'A', value: '1' }], resources: { limits: { cpu: '1' } } }
  const pod = {
    metadata: { labels: { a: 'b' } },
    spec: { containers: [app, proxy], volumes: [{ name: 'v' }] },
  }
  const before = structuredClone(pod)
  const merged = merge(pod, {
    spec: { containers: [{ name: 'istio-proxy', image: 'x', env: [{ name: 'B', value: '2' }] }] },
  })
  t.same(pod, before)
  t.equal(at(merged, 'metadata'), pod.metadata)
  t.equal(at(merged, 'spec', 'volumes'), pod.spec.volumes)
  t.equal(at(merged, 'spec', 'containers', 0), app)
  t.not(at(merged, 'spec', 'containers', 1), proxy)
  t.equal(at(merged, 'spec', 'containers', 1, 'resources'), proxy.resources)
  t.same(merge(pod, { spec: { containers: [{ name: 'app' }] }, metadata: {} }), pod)
  t.equal(
    merge(pod, { spec: { containers: [{ name: 'app', resources: {} }] }, metadata: {}, status: {} }),
    pod,
  )
  t.same(merge(none, { spec: { containers: [] } }), none)
})

function time(count: number): number {
  const [original, patch] = [containers(withEnv(count, 'A')), containers(withEnv(count, 'B'))]
  const start = performance.now()
  merge(original, patch)
  return performance.now() - start
}

t.test('large lists take linear time', async (t) => {
  // Each against each would be ten billion comparisons.
  t.ok(time(100_000) < 10_000)
})
