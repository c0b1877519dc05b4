/** Settings of one revision out of its ConfigMaps: what is taken up, refused, told, and kept. */
import t from 'tap'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { readConfigMap, type Pair } from '../../src/sources/config-map.ts'
import { liveRevision } from '../../src/sources/live-revision.ts'

/** A pair whose template is this text; undefined: there is no injector's ConfigMap. */
function pair(config: string | undefined, rest: JsonObject = {}): Pair {
  const data = { config: config ?? '', values: '{}' }
  return {
    injectorName: 'istio-sidecar-injector',
    meshName: 'istio',
    injector:
      config === undefined
        ? undefined
        : readConfigMap({ metadata: { name: 'istio-sidecar-injector' }, data, ...rest }),
    mesh: readConfigMap({ metadata: { name: 'istio' }, data: { mesh: 'm' } }),
  }
}

/** One whose settings are its config; a config that begins with `bad` cannot be compiled. */
function open() {
  const told: string[] = []
  const revision = liveRevision<string>({
    namespace: 'istio-system',
    async compile({ config }) {
      if (config.startsWith('bad')) throw new Error('bad')
      return config
    },
    asksNodes: () => false,
    onNodesWanted: () => undefined,
    onLoad: (settings, generation) => told.push(`loaded ${settings} ${generation}`),
    onError: (error) => told.push(error instanceof Error ? error.message : String(error)),
    onOrphan: (why) => told.push(why === undefined ? 'back' : 'gone'),
  })
  const take = (of: Pair) => revision.take(of, { proxyConfigs: [], nodes: undefined })
  return { revision, take, told }
}

t.test('each broken content is told once, also if it is broken as the one before', async (t) => {
  const { revision, take, told } = open()
  await take(pair('good'))
  for (const config of ['bad 1', 'bad 1', 'bad 2', '', '', 'good', 'bad 2']) await take(pair(config))
  t.match(told, ['loaded good 1', 'bad', 'bad', /nothing under key "config"/, 'loaded good 2', 'bad'])
  t.equal(told.length, 6)
  t.equal(revision.settings, 'good')
  t.match(revision.problem, /^ConfigMap istio-sidecar-injector: bad$/)
})

t.test('what is gone and comes back unchanged is no problem and no change', async (t) => {
  const { revision, take, told } = open()
  for (const config of ['good', undefined, undefined, 'good']) await take(pair(config))
  t.same(told, ['loaded good 1', 'gone', 'back'])
  t.equal(revision.problem, undefined)
})

t.test('a key that is binary is told as what it is', async (t) => {
  for (const [key, broken] of [
    ['config', pair('', { data: {}, binaryData: { config: '//5h' } })],
    ['values', pair('good', { binaryData: { values: '//5h' } })],
    [
      'mesh',
      { ...pair('good'), mesh: readConfigMap({ metadata: { name: 'istio' }, binaryData: { mesh: '//5h' } }) },
    ],
  ] as const) {
    const { revision, take, told } = open()
    await take(broken)
    t.match(told, [new RegExp(`has key "${key}" as binaryData.*make it of a file in UTF-8`)])
    t.equal(revision.settings, undefined)
  }
})
