/** Certificates of `serve` as a process, with an API server over HTTP. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { certificateRights } from '../../src/cluster/verbs.ts'
import { issue } from '../../src/tls/issue.ts'
import { until } from '../cluster-api/until.ts'
import { folder, pod, portOf, reviewOf, send } from '../server/harness.ts'
import { createFakeApi, namespace, secretName, serviceName, type FakeApi } from '../tls/fake-api.ts'
import { serveFakeApi, type FakeApiHttp } from '../tls/fake-api-http.ts'
import { runWith } from './in-process.ts'
import { get, run, type Running } from './server-process.ts'

const review = reviewOf(pod)
const servername = `${serviceName}.${namespace}.svc`
const inCluster = [
  '--certificateSecret',
  secretName,
  '--namespace',
  namespace,
  '--serviceName',
  serviceName,
  '--webhookConfigurations',
  'injector',
]

/** A process on free ports. */
function start(t: Tearing, http: FakeApiHttp, flags: readonly string[]): Running {
  const ports = ['--port', '0', '--operationsPort', '0', '--address', '127.0.0.1', '--drainSeconds', '0']
  const running = run(['serve', ...ports, ...flags], folder(), { KUBECONFIG: http.kubeconfig })
  t.teardown(() => running.stop('SIGKILL'))
  return running
}

interface Tearing {
  teardown(handler: () => unknown): void
}

async function portsOf(running: Running): Promise<{ port: number; operationsPort: number }> {
  const { port, operationsPort } = await running.logged('ready')
  return { port: Number(port), operationsPort: Number(operationsPort) }
}

/** Known before the process logs it, which it does when it is ready only. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

/** As an API server calls: it trusts the caBundle and asks for the Service's name. */
function call(port: number, ca: string, agent: Agent | false = false) {
  return send(port, review, { servername, ca, rejectUnauthorized: true, agent })
}

function bundle(api: FakeApi): string {
  return api.bundles('injector')?.[0] ?? ''
}

t.test('what is called wrongly says how', async (t) => {
  const secret = ['serve', '--certificateSecret', 's']
  const rows: [args: string[], stderr: RegExp][] = [
    [[...secret, '--tlsCertFile', 'a', '--tlsKeyFile', 'b'], /give one of them/],
    [secret, /needs --serviceName, --webhookConfigurations and, outside of a pod, --namespace/],
    [[...secret, '--serviceName', 'a', '--webhookConfigurations', 'a'], /outside of a pod, --namespace/],
    [['serve', ...inCluster, '--authorityLifetime', '721h'], /twice --certificateLifetime at least/],
    [['serve', '--certificateLifetime', '1s'], /a duration of 3 s and more/],
    [['serve', '--certificateLifetime', 'long'], /a duration of 3 s and more/],
    [['serve', '--webhookConfigurations', 'a,B'], /"B" is no name of a webhook configuration/],
  ]
  for (const [args, stderr] of rows)
    t.match(await runWith(args), { code: 2, stdout: '', stderr }, args.join(' '))
})

t.test('no call fails while two replicas change certificates and CAs', async (t) => {
  const api = createFakeApi()
  api.addConfiguration('injector')
  const http = await serveFakeApi(t, api)
  const flags = [...inCluster, '--certificateLifetime', '4s', '--authorityLifetime', '12']
  const replicas = [start(t, http, flags), start(t, http, flags)]
  const ports = await Promise.all(replicas.map(portsOf))
  for (const { operationsPort } of ports) {
    await until('ready', async () => (await get(operationsPort, '/readyz')).status === 200)
  }

  const failures: unknown[] = []
  let calls = 0
  const opened = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => opened.destroy())
  const sockets = new Set<number | undefined>()
  opened.on('free', (socket: Socket) => sockets.add(socket.localPort))
  const end = Date.now() + 15_000
  const first = bundle(api)
  while (Date.now() < end) {
    for (const { port } of ports) {
      await call(port, bundle(api)).then(
        ({ status }) => status === 200 || failures.push(status),
        (error: unknown) => failures.push(error),
      )
      calls++
    }
    await call(ports[0]?.port ?? 0, first, opened).catch((error: unknown) => failures.push(error))
    await sleep(50)
  }
  t.same(failures, [], `of ${calls} calls`)
  t.not(bundle(api), first, 'the CA has changed')
  t.equal(sockets.size, 1, 'a connection that was open has stayed open')
  for (const running of replicas) {
    const loaded = running.log.filter(({ msg }) => msg === 'certificate loaded').length
    t.ok(loaded >= 4, `${loaded} certificates`)
    t.same(
      running.log.filter(({ level }) => level === 'error'),
      [],
    )
  }
  t.same(
    http.verbs,
    new Set(certificateRights.map(({ verb, resource }) => `${verb} ${resource}`)),
    'the rights of docs/rights.md, and no others',
  )
  const { text } = await get(ports[0]?.operationsPort ?? 0, '/metrics')
  t.match(text, /^eks_sidecar_injector_ca_bundle_matches\{configuration="injector"\} 1$/m)
  t.match(
    text,
    /^eks_sidecar_injector_certificate_authority_expiry_timestamp_seconds\{authority="signing"\} \d/m,
  )
})

t.test('an API server that is away at the start is waited for', async (t) => {
  const api = createFakeApi()
  api.addConfiguration('injector')
  const http = await serveFakeApi(t, api)
  http.away = true
  const operationsPort = await freePort()
  const running = start(t, http, [...inCluster, '--operationsPort', String(operationsPort)])
  await running.logged('certificates cannot be kept up; what is served stays')
  t.match(await get(operationsPort, '/healthz'), { status: 200 })
  t.match(await get(operationsPort, '/readyz'), {
    status: 503,
    text: /do not trust the certificate yet: GET http:\S+: socket hang up/,
  })
  http.away = false
  const { port } = await portsOf(running)
  await until('ready', async () => (await get(operationsPort, '/readyz')).status === 200)
  t.match(await call(port, bundle(api)), { status: 200 })
  http.away = true
  await sleep(300)
  t.match(await call(port, bundle(api)), { status: 200 }, 'later on it may be away')
  t.match(await get(operationsPort, '/readyz'), { status: 200 })
})

t.test('a start that waits for an API server which hangs can be stopped', async (t) => {
  const http = await serveFakeApi(t, createFakeApi())
  const operationsPort = await freePort()
  http.hangs = true
  // As nobody calls yet, there is nothing to drain.
  const flags = ['--operationsPort', String(operationsPort), '--drainSeconds', '3600']
  const running = start(t, http, [...inCluster, ...flags])
  await until('it lives', () =>
    get(operationsPort, '/healthz').then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  t.equal(await running.stop(), 0)
  const told = running.log.map(({ msg }) => msg).filter((message) => message !== 'settings loaded')
  t.same(told, ['stopping', 'stopped'])
})

t.test('a caBundle that somebody overwrites is put right at once, and the log says by whom', async (t) => {
  const api = createFakeApi()
  api.addConfiguration('injector')
  const http = await serveFakeApi(t, api)
  const running = start(t, http, inCluster)
  const { operationsPort } = await portsOf(running)
  await until('ready', async () => (await get(operationsPort, '/readyz')).status === 200)
  const right = bundle(api)
  // What is seldom is mended without a wait.
  api.overwrite('injector', undefined, 'kubectl-client-side-apply')
  const began = Date.now()
  await until('it is right again', () => bundle(api) === right)
  t.ok(Date.now() - began < 1000, `${Date.now() - began} ms`)
  t.match(await running.logged(reverted), {
    managers: ['kubectl-client-side-apply'],
    configuration: 'injector',
  })
})

t.test('with files, caBundles are compared and never written', async (t) => {
  const api = createFakeApi()
  api.addConfiguration('injector')
  const http = await serveFakeApi(t, api)
  const directory = folder()
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')]
  const pair = await issue([servername], new Date())
  writeFileSync(cert, pair.cert)
  writeFileSync(key, pair.key)
  const running = start(t, http, [
    '--tlsCertFile',
    cert,
    '--tlsKeyFile',
    key,
    '--webhookConfigurations',
    'injector,later',
  ])
  const { operationsPort } = await portsOf(running)
  t.match(await get(operationsPort, '/readyz'), { status: 200 }, 'it is not ours to wait for')
  const shows = (value: number) => async () =>
    (await get(operationsPort, '/metrics')).text.includes(`matches{configuration="injector"} ${value}\n`)
  await until('a mismatch is seen', shows(0))
  api.overwrite('injector', Buffer.from(pair.ca).toString('base64'), 'cert-manager-cainjector')
  await until('the match is seen', shows(1))
  t.same([...http.verbs].sort(), [
    'list mutatingwebhookconfigurations',
    'watch mutatingwebhookconfigurations',
  ])
  t.equal(bundle(api), pair.ca)
})

const reverted =
  'somebody else has overwritten the caBundle, and it is written again, once a second at most; tell the managers named here ' +
  'to leave this field alone (docs/certificates.md)'
