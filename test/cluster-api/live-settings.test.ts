/** `serve -i` against an API server: settings that come, change, break and go, and a server that does. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { settingsRights } from '../../src/cluster/verbs.ts'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { run, type Running } from '../commands/server-process.ts'
import { pod, reviewOf, send } from '../server/harness.ts'
import { startFakeApiServer, type FakeApiServer } from './fake-api-server.ts'
import { until } from './until.ts'

t.jobs = 4
const together = { buffered: true }

const configMaps = '/api/v1/namespaces/istio-system/configmaps'
const proxyConfigs = '/apis/networking.istio.io/v1beta1/proxyconfigs'

function configMap(name: string, data: Record<string, string>): JsonObject {
  return { metadata: { name, namespace: 'istio-system' }, data }
}

function putPair(server: FakeApiServer, config = exampleConfig, suffix = ''): void {
  server.put(configMaps, configMap(`istio${suffix}`, { mesh: exampleMesh }))
  server.put(configMaps, configMap(`istio-sidecar-injector${suffix}`, { config }))
}

/** A config from 1.27 on: sidecars are native where the nodes can. */
const config130 = `defaultTemplates: [sidecar]
policy: enabled
templates:
  sidecar: |
    spec:
      initContainers:
      - name: istio-proxy
        image: proxy:{{ .Revision }}
        restartPolicy: Always
        env:
        - {name: NATIVE, value: "{{ .NativeSidecars }}"}
        - {name: CONCURRENCY, value: "{{ .ProxyConfig.Concurrency.GetValue }}"}
        - {name: USER, value: "{{ .ProxyUID }}"}
`

function node(name: string, kubeletVersion: string): JsonObject {
  return { metadata: { name }, status: { nodeInfo: { kubeletVersion } } }
}

interface Served {
  readonly running: Running
  /** The status of the answer to the pod. */
  readonly status: () => Promise<number | undefined>
  /** What the pod gets: the reason, and the patch as text. */
  readonly ask: (path?: string, asked?: typeof pod) => Promise<{ reason: string; patch: string }>
  readonly ready: () => Promise<string>
  readonly metrics: () => Promise<string>
}

async function serve(
  t: { teardown(handler: () => unknown): void },
  server: FakeApiServer,
  args: readonly string[] = [],
): Promise<Served> {
  const ports = ['--port', '0', '--operationsPort', '0', '--address', '127.0.0.1', '--drainSeconds', '0']
  const cluster = ['-i', 'istio-system', '--kubeconfig', server.kubeconfig()]
  const running = run(['serve', ...ports, ...cluster, ...args], mkdtempSync(join(tmpdir(), 'live-')))
  t.teardown(() => running.stop())
  const place = () => running.log.find(({ operationsPort }) => operationsPort !== undefined)
  await until('it listens', () => {
    if (running.child.exitCode !== null) throw new Error(running.stderr())
    return place() !== undefined
  })
  const { port, operationsPort } = place() ?? {}
  const get = async (path: string) =>
    (await fetch(`http://127.0.0.1:${String(operationsPort)}${path}`)).text()
  return {
    running,
    status: async () => (await send(Number(port), reviewOf(pod))).status,
    async ask(path = '/inject', asked = pod) {
      const { body } = await send(Number(port), reviewOf(asked), { path })
      const { response } = JSON.parse(body)
      const patch = Buffer.from(String(response.patch ?? ''), 'base64').toString()
      return { reason: String(response.auditAnnotations.reason), patch }
    },
    ready: () => get('/readyz'),
    metrics: () => get('/metrics'),
  }
}

t.test('edits take effect at once, and broken ones change nothing but what is told', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  const { ask, ready, metrics, running } = await serve(t, server, ['--istioVersion', '1.0.0'])
  await running.logged('ready')
  t.equal(await ready(), 'ok\n')
  t.equal((await ask()).reason, 'policy-enabled')

  const edited = Date.now()
  putPair(server, exampleConfig.replace('policy: enabled', 'policy: disabled'))
  await until('the edit has taken effect', async () => (await ask()).reason === 'policy-disabled')
  t.ok(Date.now() - edited < 2000, `after ${Date.now() - edited} ms`)

  putPair(server, 'policy: enabled\ntemplate: "[["')
  await until('an Event is written', () => server.created.length === 1)
  t.equal((await ask()).reason, 'policy-disabled')
  t.match(server.created[0], {
    collection: '/api/v1/namespaces/istio-system/events',
    object: {
      kind: 'Event',
      type: 'Warning',
      reason: 'SettingsRefused',
      involvedObject: {
        kind: 'ConfigMap',
        name: 'istio-sidecar-injector',
        uid: 'uid-istio-system/istio-sidecar-injector',
      },
      message: /template: inject:1: [^]*1 \| \[\[[^]*\nThe injector goes on with the last good settings/,
    },
  })
  t.match(await metrics(), /^eks_sidecar_injector_settings_load_errors_total\{revision="default"\} 1$/m)
  t.match(await metrics(), /^eks_sidecar_injector_settings_generation\{revision="default"\} 2$/m)
  t.match(await metrics(), /^eks_sidecar_injector_settings_staleness_seconds\{resource="configmaps"\} [0-5]/m)

  server.put(configMaps, configMap('istio', { mesh: 'proxyListenPort: a' }))
  putPair(server)
  await until('it is mended', async () => (await ask()).reason === 'policy-enabled')
})

t.test('the same Event of two replicas is one, and a mesh config has its own', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  server.put(configMaps, configMap('istio', { mesh: 'proxyListenPort: a' }))
  const replicas = await Promise.all([serve(t, server), serve(t, server)])
  const posted = () => server.seen.filter(({ verb }) => verb === 'create').length
  await until('both have written', () => posted() === 2)
  t.equal(server.created.length, 1)
  t.match(server.created[0]?.object, { involvedObject: { name: 'istio' } })
  for (const { ready, running } of replicas) {
    t.match(await ready(), /^not ready: revision default: ConfigMap istio: .*cannot unmarshal string/)
    t.notOk(running.log.some(({ msg }) => msg === 'an Event cannot be written'))
  }
})

t.test('an Event that cannot be written is written later', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  const { running, metrics } = await serve(t, server)
  await running.logged('ready')
  server.spares = (path) => !path.endsWith('/events')
  server.trouble = { status: 503 }
  putPair(server, '{')
  await running.logged('an Event cannot be written')
  t.match(await metrics(), /^eks_sidecar_injector_event_errors_total 1$/m)
  server.trouble = undefined
  await until('an Event is written', () => server.created.length === 1)
})

t.test('without the ConfigMap it waits, says why, and is ready when it comes', together, async (t) => {
  const server = await startFakeApiServer(t)
  server.absent.add(proxyConfigs)
  const { ready, running, ask, status } = await serve(t, server)
  t.equal(await status(), 503, 'so that the failurePolicy decides what becomes of the pod')
  await running.logged('waiting for settings')
  t.match(
    await ready(),
    /there is no ConfigMap istio-sidecar-injector in namespace istio-system: .*sidecarInjectorWebhook\.enabled=false/,
  )
  server.put(configMaps, configMap('istio-sidecar-injector', { config: exampleConfig }))
  await until('it wants the other', async () => /no ConfigMap istio in namespace/.test(await ready()))
  putPair(server, '')
  await until('it wants content', async () => /has nothing under key "config"/.test(await ready()))
  putPair(server)
  await running.logged('ready')
  t.equal(await ready(), 'ok\n')
  t.equal((await ask()).reason, 'policy-enabled')
  t.notOk(
    server.created.some(({ object }) => /there is no ConfigMap/.test(JSON.stringify(object))),
    'one that has to come yet is not worth an Event',
  )
})

t.test('a server that is away at the start is waited for', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  server.trouble = 'drop'
  const { ready, running, metrics } = await serve(t, server)
  await running.logged('the cluster cannot be followed, the last good settings stay')
  t.match(await ready(), /^not ready: GET http:.*(?:ECONNRESET|socket hang up)/)
  await sleep(1000)
  t.ok(running.log.length < 12, 'it does not go on and on about it')
  t.match(
    await metrics(),
    /^eks_sidecar_injector_watch_errors_total\{resource="configmaps",code="unreachable"\} [2-9]$/m,
  )
  server.trouble = undefined
  await running.logged('ready')
  t.equal(await running.stop(), 0)
})

t.test('what is deleted stays in use, and says so', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  const { running, ask, metrics } = await serve(t, server)
  await running.logged('ready')
  server.remove(configMaps, 'istio')
  server.remove(configMaps, 'istio-sidecar-injector')
  const { reason } = await running.logged(
    'a ConfigMap is gone; the last good settings stay in use until this process ends, and the next one waits for it',
  )
  t.match(reason, /there is no ConfigMap istio/)
  t.equal((await ask()).reason, 'policy-enabled')
  t.match(await metrics(), /^eks_sidecar_injector_settings_orphaned\{revision="default"\} 1$/m)
  putPair(server)
  await running.logged('the ConfigMaps are back')
  t.match(await metrics(), /^eks_sidecar_injector_settings_orphaned\{revision="default"\} 0$/m)
})

t.test('revisions come, are chosen by path and tag, and go', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  const { running, ask } = await serve(t, server, [
    '--revisionTags',
    'stable=1-30',
    '--nodeVersion',
    'v1.33.0',
  ])
  await running.logged('ready')
  const labelled = { ...pod, metadata: { ...pod.metadata, labels: { 'istio.io/rev': '1-30' } } }
  t.equal((await ask('/inject', labelled)).reason, 'policy-enabled', 'the only one serves whoever comes')
  t.equal((await ask('/revision/1-30/inject')).reason, 'revision-unknown')
  putPair(server, config130, '-1-30')
  await until('1-30 is served', async () => (await ask('/revision/1-30/inject')).patch.includes('proxy:1-30'))
  t.match((await ask('/inject', labelled)).patch, /proxy:1-30/)
  t.match((await ask('/revision/stable/inject')).patch, /proxy:1-30/)
  t.notMatch((await ask()).patch, /proxy:1-30/)
  putPair(server, '{', '-1-40')
  await until('1-40 is refused', () =>
    running.log.some(({ revision, level }) => revision === '1-40' && level === 'error'),
  )
  server.remove(configMaps, 'istio-sidecar-injector-1-40')
  await running.logged('settings are gone: pods of this revision get no sidecar')
  server.remove(configMaps, 'istio-sidecar-injector-1-30')
  await until('1-30 is orphaned', () =>
    running.log.some(({ msg }) => String(msg).startsWith('a ConfigMap is gone')),
  )
  t.match((await ask('/revision/1-30/inject')).patch, /proxy:1-30/)
})

t.test('one revision, or ConfigMaps of other names, serve whoever comes', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  putPair(server, config130, '-1-30')
  server.put(configMaps, configMap('own', { config: config130.replace('proxy:', 'own:') }))
  for (const [args, image] of [
    [['--revision', '1-30'], 'proxy:1-30'],
    [['--injectConfigMapName', 'istio-sidecar-injector-1-30'], 'proxy:1-30'],
    [['--injectConfigMapName', 'own', '--revision', 'x', '--meshConfigMapName', 'istio'], 'own:x'],
  ] as const) {
    const { running, ask } = await serve(t, server, [...args, '--nodeVersion', 'v1.33.0'])
    await running.logged('ready')
    t.match((await ask()).patch, image)
    await running.stop()
  }
})

t.test(
  'ProxyConfig resources, kubelets and namespaces count where they are asked for',
  together,
  async (t) => {
    const server = await startFakeApiServer(t)
    putPair(server, config130)
    const spec = { concurrency: 7 }
    server.put(proxyConfigs.replace('/proxy', '/namespaces/shop/proxy'), {
      metadata: { name: 'p', namespace: 'shop' },
      spec,
    })
    server.put('/api/v1/nodes', node('a', 'v1.33.1-eks-1'))
    server.put('/api/v1/nodes', node('b', 'v1.9.0'))
    server.put('/api/v1/namespaces', {
      metadata: { name: 'shop', annotations: { 'openshift.io/sa.scc.uid-range': '1000620000/10000' } },
    })
    const args = [
      '--env',
      'PLATFORM=openshift',
      '--istioVersion',
      '1.30.3',
      '--revisionTags',
      'other=default',
    ]
    const { running, ask } = await serve(t, server, args)
    await running.logged('ready')
    const { patch } = await ask()
    t.match(patch, '"NATIVE","value":"false"')
    t.match(patch, '"CONCURRENCY","value":"7"')
    t.match(patch, '"USER","value":"1000629999"')
    server.remove('/api/v1/nodes', 'b')
    await until('all nodes can', async () => (await ask()).patch.includes('"NATIVE","value":"true"'))
    putPair(server, '{')
    await until('an Event is written', () => server.created.length === 1)

    const seen = new Set(
      server.seen.map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace ?? 'everywhere'}`),
    )
    const rights = settingsRights.map(
      ({ verb, resource, apiGroup, scope }) =>
        `${verb} ${resource}${apiGroup && `.${apiGroup}`} ${scope === 'cluster' ? 'everywhere' : 'istio-system'}`,
    )
    t.same([...seen].sort(), [...new Set(rights)].sort(), 'docs and RBAC list exactly what is asked for')
  },
)

t.test('what nobody asks for is not asked of the API server', together, async (t) => {
  const server = await startFakeApiServer(t)
  putPair(server)
  const { running } = await serve(t, server)
  await running.logged('ready')
  await sleep(300)
  t.same([...new Set(server.seen.map(({ resource }) => resource))].sort(), [
    'configmaps',
    'proxyconfigs.networking.istio.io',
  ])
})

t.test('flags that do not go together are refused', together, async (t) => {
  for (const [args, message] of [
    [['-i', 'istio-system', '--injectConfigFile', 'x'], /--injectConfigFile names a file, and settings are/],
    [['-i', 'istio-system', '--revisionsDir', 'x'], /--revisionsDir names a file/],
    [['--injectConfigMapName', 'x'], /--injectConfigMapName and --meshConfigMapName need -i/],
    [['-i', 'istio-system', '--kubeconfig', 'none'], /kubeconfig none cannot be read/],
  ] as const) {
    const failed = run(['serve', ...args], mkdtempSync(join(tmpdir(), 'live-')))
    t.not(await failed.exited, 0)
    t.match(failed.stderr(), message)
  }
})
