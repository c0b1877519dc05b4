/** Which ConfigMaps of a cluster are settings, and what else of it counts. */
import t from 'tap'
import { wantedOf } from '../../src/commands/cluster-options.ts'
import { isDecidedByNodes } from '../../src/injection/native-sidecars.ts'
import { isOfPair, pairsOf, readConfigMap, revisionOf } from '../../src/sources/config-map.ts'
import { kubeletVersion, oldestVersion } from '../../src/sources/node-versions.ts'

t.test('names of ConfigMaps say of which revision they are', (t) => {
  for (const [name, revision] of [
    ['istio-sidecar-injector', 'default'],
    ['istio-sidecar-injector-1-30', '1-30'],
    ['istio-sidecar-injector-1.30', undefined],
    ['istio-sidecar-injector-', undefined],
    ['istio-sidecar-injector2', undefined],
    ['istio', undefined],
    ['istio-1-30', undefined],
  ] as const) {
    t.equal(revisionOf(name), revision, name)
  }
  t.end()
})

function one(revision: string, injector: string, mesh: string) {
  return { kind: 'one', revision, injector, mesh }
}

t.test('flags say which ConfigMaps are wanted', (t) => {
  for (const [flags, wanted] of [
    [{}, { kind: 'all' }],
    [{ injectConfigMapName: 'istio-sidecar-injector', meshConfigMapName: 'istio' }, { kind: 'all' }],
    [{ revision: '1-30' }, one('1-30', 'istio-sidecar-injector-1-30', 'istio-1-30')],
    [{ revision: 'default' }, one('default', 'istio-sidecar-injector', 'istio')],
    [
      { injectConfigMapName: 'istio-sidecar-injector-1-30' },
      one('1-30', 'istio-sidecar-injector-1-30', 'istio-1-30'),
    ],
    [{ injectConfigMapName: 'own' }, one('default', 'own', 'istio')],
    [{ injectConfigMapName: 'own', revision: 'x' }, one('x', 'own', 'istio-x')],
    [{ meshConfigMapName: 'own' }, one('default', 'istio-sidecar-injector', 'own')],
    [{ injectConfigMapName: 'a', meshConfigMapName: 'b', revision: 'x' }, one('x', 'a', 'b')],
  ] as const) {
    t.same(wantedOf(flags), wanted, JSON.stringify(flags))
  }
  t.end()
})

t.test('pairs are found by their names; a mesh config alone is none', (t) => {
  const configMaps = [
    'istio',
    'istio-sidecar-injector',
    'istio-sidecar-injector-1-30',
    'istio-1-40',
    'istio-ca-root-cert',
  ].map((name) => readConfigMap({ metadata: { name }, data: { config: name, other: 'x', mesh: 'm' } }))
  const pairs = pairsOf(configMaps, { kind: 'all' })
  t.same([...pairs.keys()], ['1-30', 'default'])
  t.match(pairs.get('default'), { injector: { data: { config: 'istio-sidecar-injector' } }, mesh: {} })
  t.match(pairs.get('1-30'), { injector: {}, mesh: undefined, meshName: 'istio-1-30' })
  t.same(pairs.get('default')?.injector?.data, { config: 'istio-sidecar-injector', mesh: 'm' })
  const wanted = { kind: 'one', revision: 'x', injector: 'none', mesh: 'istio' } as const
  t.match(pairsOf(configMaps, wanted).get('x'), { injector: undefined, mesh: { name: 'istio' } })
  t.ok(isOfPair('istio-1-30', { kind: 'all' }))
  t.notOk(isOfPair('istiod', { kind: 'all' }))
  t.notOk(isOfPair('istio-1-30', wanted))
  t.end()
})

t.test('the oldest kubelet counts', (t) => {
  for (const [versions, oldest] of [
    [[], undefined],
    [['v1.33.1', 'v1.9.12', 'v1.10.0'], 'v1.9.12'],
    [['v1.32.4-eks-bc803b4', 'v1.32.4', 'v1.32.5'], 'v1.32.4-eks-bc803b4'],
    [['v1.33.0', 'unknown'], 'unknown'],
    [['v1.33.0+k3s1', 'v1.33'], 'v1.33.0+k3s1'],
  ] as const) {
    t.equal(oldestVersion(versions), oldest, versions.join())
  }
  t.equal(kubeletVersion({ status: { nodeInfo: { kubeletVersion: 'v1.33.1' } } }), 'v1.33.1')
  t.equal(kubeletVersion({ status: null }), undefined)
  t.end()
})

t.test('nodes are asked for only where they decide', (t) => {
  const rows = [
    ['never', {}, false],
    ['auto', {}, true],
    ['auto', { ENABLE_NATIVE_SIDECARS: 'auto' }, true],
    ['auto', { ENABLE_NATIVE_SIDECARS: 'true' }, false],
    ['auto', { ENABLE_NATIVE_SIDECARS: 'false' }, false],
  ] as const
  for (const [native, environment, expected] of rows) {
    const variables = new Map(Object.entries(environment))
    t.equal(isDecidedByNodes(native, variables), expected, `${native} ${JSON.stringify(environment)}`)
  }
  t.end()
})
