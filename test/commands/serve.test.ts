import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { until } from '../cluster-api/until.ts'
import { folder, pod, portOf, reviewOf, send } from '../server/harness.ts'
import { runWith } from './in-process.ts'
import { get, main, run, serve, type Serving } from './server-process.ts'

const review = reviewOf(pod)

t.test('what is called wrongly says how, with exit code 2', async (t) => {
  const rows: [args: string[], stderr: RegExp][] = [
    [['serv'], /unknown command 'serv'\n\(Did you mean serve\?\)/],
    [['serve', '--prot', '1'], /unknown option '--prot'\n\(Did you mean --port\?\)/],
    [['serve', 'now'], /too many arguments/],
    [['serve', '--port', '65536'], /A port is a number from 0 to 65535/],
    [['serve', '--port', '0x1'], /A port is a number from 0 to 65535/],
    [['serve', '--drainSeconds', '-1'], /Seconds are a number from 0 to 3600/],
    [['serve', '--logLevel', 'loud'], /Allowed choices are trace, debug/],
    [['serve', '--tlsCertFile', 'a'], /--tlsCertFile and --tlsKeyFile belong together/],
    [['serve', '--valuesFile', 'a'], /belong to a --injectConfigFile/],
  ]
  for (const [args, message] of rows)
    t.match(await runWith(args), { code: 2, stdout: '', stderr: message }, args.join(' '))
  process.env['SIDECAR_INJECTOR_DRAIN_SECONDS'] = 'soon'
  t.match(await runWith(['serve']), {
    code: 2,
    stderr: /'soon' from env 'SIDECAR_INJECTOR_DRAIN_SECONDS' is invalid/,
  })
  delete process.env['SIDECAR_INJECTOR_DRAIN_SECONDS']
  t.match(await runWith(['serve', '--help']), {
    code: 0,
    stderr: '',
    stdout: /SIDECAR_INJECTOR_TLS_CERT_FILE/,
  })
})

t.test('what cannot be started says why, with exit code 1', async (t) => {
  const directory = folder()
  writeFileSync(join(directory, 'broken'), 'template: "[["')
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  const local = ['--address', '127.0.0.1', '--operationsPort', '0']
  const rows: [args: string[], stderr: RegExp][] = [
    [['--injectConfigFile', 'none'], /^error: none: no such file\n$/],
    [['--injectConfigFile', 'broken'], /^error: broken: template: inject:1: [^\n]*\n {2}1 \| \[\[\n/],
    [['--tlsCertFile', 'broken', '--tlsKeyFile', 'broken'], /^error: no certificate in PEM form\n$/],
    [[...local, '--port', String(portOf(busy))], /^error: [^\n]*EADDRINUSE[^\n]*\n$/],
  ]
  await Promise.all(
    rows.map(async ([args, stderr]) => {
      const failed = run(['serve', ...args], directory)
      t.equal(await failed.exited, 1, args.join(' '))
      t.match(failed.stderr(), stderr)
    }),
  )
  busy.close()
})

t.test('output that nobody reads any more is no failure', async (t) => {
  const child = spawn(process.execPath, [main, 'review', '-'], { stdio: 'pipe' })
  const exited = once(child, 'close')
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  child.stdin.end(`${review}\n`.repeat(50))
  t.same(await exited, [0, null])
  t.notMatch(stderr, /EPIPE/)
})

t.test('with nothing given: the example, a self-made certificate, and what to try', async (t) => {
  const directory = folder()
  const server = await serve(['--drainSeconds', '0.2'], directory)
  t.match(
    server.stderr(),
    new RegExp(`curl --cacert certs/ca.pem [^]* https://localhost:${server.port}/inject`),
  )
  t.same(await get(server.operationsPort, '/healthz'), { status: 200, text: 'ok\n' })
  t.same(await get(server.operationsPort, '/readyz'), { status: 200, text: 'ok\n' })
  t.equal((await get(server.operationsPort, '/')).status, 404)

  const ca = readFileSync(join(directory, 'certs', 'ca.pem'))
  const verified = { ca, rejectUnauthorized: true, servername: 'localhost' }
  const answer = await send(server.port, review, verified)
  t.match(JSON.parse(answer.body), { response: { allowed: true, patchType: 'JSONPatch' } })
  t.equal((await send(server.port, '{', verified)).status, 400)
  const { text } = await get(server.operationsPort, '/metrics')
  t.match(text, /^sidecar_injection_requests_total 2$/m)
  t.match(text, /^sidecar_injection_success_total 1$/m)
  t.match(text, /^eks_sidecar_injector_settings_generation\{revision="default"\} 1$/m)
  t.match(text, /^eks_sidecar_injector_requests_in_flight 0$/m)

  server.child.kill()
  await server.logged('stopping')
  t.same(await get(server.operationsPort, '/readyz'), {
    status: 503,
    text: 'not ready: the server is stopping\n',
  })
  t.match(await send(server.port, review), { status: 200, headers: { connection: 'close' } })
  t.equal(await server.exited, 0)
  t.match(server.log.at(-1), { msg: 'stopped' })
  const lines = server.log.filter(({ msg }) => msg === 'review')
  t.match(lines, [
    { decision: 'injected', pod: 'web-7d9c4f5b6-', namespace: 'shop', reason: 'policy-enabled' },
    {},
  ])
  t.notMatch(JSON.stringify(server.log), /pod-content/)
})

t.test('a second signal ends the process at once', async (t) => {
  const server = await serve(['--drainSeconds', '60'], folder())
  server.child.kill('SIGINT')
  await server.logged('stopping')
  t.equal(await server.stop('SIGTERM'), 1)
})

t.test('settings follow their files through the swap of a link; broken ones change nothing', async (t) => {
  const directory = folder()
  let version = 0
  const swap = (config: string) => {
    const data = `..${++version}`
    mkdirSync(join(directory, data))
    writeFileSync(join(directory, data, 'config'), config)
    writeFileSync(join(directory, data, 'mesh'), exampleMesh)
    symlinkSync(data, join(directory, '..data_tmp'))
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'))
  }
  swap(exampleConfig)
  for (const name of ['config', 'mesh']) symlinkSync(join('..data', name), join(directory, name))

  const server = await serve(
    ['--injectConfigFile', 'config', '--meshConfigFile', 'mesh', '--drainSeconds', '0'],
    directory,
  )
  t.equal(server.stderr(), '')
  const allowedAs = async () => {
    const { response } = JSON.parse((await send(server.port, review)).body)
    const { 'template-hash': template, ...rest } = response.auditAnnotations
    t.match(template, /^[0-9a-f]{64}$/)
    return rest
  }
  const injected = { decision: 'injected', reason: 'policy-enabled', revision: 'default' }
  const metric = async (line: string) =>
    (await get(server.operationsPort, '/metrics')).text.includes(`\n${line}\n`)
  t.same(await allowedAs(), injected)

  swap('template: "[["')
  await until('the error is counted', () =>
    metric('eks_sidecar_injector_settings_load_errors_total{revision="default"} 1'),
  )
  t.same(await allowedAs(), injected)
  t.ok(await metric('eks_sidecar_injector_settings_generation{revision="default"} 1'))
  t.ok(await metric('eks_sidecar_injector_settings_refused{revision="default"} 1'))

  swap(exampleConfig.replace('policy: enabled', 'policy: disabled'))
  await until('the new settings are used', () =>
    metric('eks_sidecar_injector_settings_generation{revision="default"} 2'),
  )
  t.ok(await metric('eks_sidecar_injector_settings_refused{revision="default"} 0'))
  t.same(await allowedAs(), { decision: 'skipped', reason: 'policy-disabled', revision: 'default' })
  t.equal(await server.stop(), 0)
})

t.test('no call fails while two replicas are restarted in turn', async (t) => {
  const directory = folder()
  const start = () => serve(['--drainSeconds', '0.4'], directory)
  const replicas = [await start(), await start()]
  const balancer = await balance(replicas)
  t.teardown(() => balancer.close())

  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const failures: unknown[] = []
  let calls = 0
  const over = new AbortController()
  const caller = async () => {
    while (!over.signal.aborted) {
      calls++
      try {
        const { status, body } = await send(balancer.port, review, { agent })
        if (status !== 200 || !body.includes('"allowed":true')) failures.push(body)
      } catch (error) {
        failures.push(error)
      }
      await sleep(2)
    }
  }
  const callers = Array.from({ length: 8 }, caller)
  for (let round = 0; round < 3; round++) {
    for (const index of replicas.keys()) {
      t.equal(await replicas[index]?.stop(), 0)
      replicas[index] = await start()
      await sleep(100)
    }
  }
  over.abort()
  await Promise.all(callers)
  t.same(failures, [])
  t.ok(calls > 500, `${calls} calls`)
  t.comment(`${calls} calls, ${failures.length} failed`)
  await Promise.all(replicas.map((replica) => replica.stop()))
})

/** A Service: a TCP balancer that sends new connections to the replicas that were ready 20 ms ago, in turn. */
async function balance(replicas: readonly Serving[]) {
  let ready: readonly Serving[] = replicas
  let turn = 0
  const poll = setInterval(async () => {
    const states = await Promise.all(
      replicas.map(
        async (replica) =>
          (await get(replica.operationsPort, '/readyz').catch(() => undefined))?.status === 200,
      ),
    )
    ready = replicas.filter((_, index) => states[index])
  }, 20)
  const server = createServer((client) => {
    const replica = ready[turn++ % ready.length]
    const upstream = connect({ host: '127.0.0.1', port: replica?.port ?? 1 })
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    close() {
      clearInterval(poll)
      server.close()
    },
  }
}
