/** doctor as a command, before an API server of the tests' own. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { connect } from '../../src/cluster/connect.ts'
import { isColoured, reportText } from '../../src/commands/doctor-text.ts'
import { openServedDoctor } from '../../src/commands/serve-doctor.ts'
import { injectionWorks } from '../../src/diagnosis/condition.ts'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { until } from '../cluster-api/until.ts'
import { healthy, failedCall, injectorNamespace, refused } from '../diagnosis/made.ts'
import { fakeCluster } from '../diagnosis/fake-cluster.ts'
import { runWith } from './in-process.ts'
import { get, serve } from './server-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'doctor-'))

t.test('a healthy cluster', async (t) => {
  const cluster = await fakeCluster(t)
  const { code, stdout, stderr } = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig])
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(stdout, /the canary in namespace web came back after \d+ ms, seen by a\n\nNo cause found\.\n/)
  t.notMatch(stdout, 'Not looked at')
  t.same(
    cluster.writes.map(({ method, url }) => `${method} ${url}`),
    ['POST /api/v1/namespaces/web/pods?dryRun=All&fieldManager=sidecar-injector-doctor'],
    'nothing is written but the canary, by dry run',
  )
})

t.test('what was seen can be judged elsewhere', async (t) => {
  const cluster = await fakeCluster(t)
  cluster.canary = { status: 500, message: failedCall('dial tcp 10.0.27.20:9443: i/o timeout') }
  cluster.reaches = false
  const record = join(folder, 'seen.json')
  const here = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig, '-o', 'json', '--record', record])
  t.equal(here.code, 3)
  const { findings } = JSON.parse(here.stdout)
  t.same(
    findings.map(({ cause }: { cause: string }) => cause),
    ['port-blocked'],
  )
  t.notMatch(readFileSync(record, 'utf8'), 'secret template', 'values of ConfigMaps are not in it')
  const there = await runWith(['doctor', '-o', 'json', '--from', record])
  t.equal(there.code, 3)
  t.same(JSON.parse(there.stdout), JSON.parse(here.stdout))
})

t.test('whether it is the sidecar that is refused, or the pod', async (t) => {
  const cluster = await fakeCluster(t)
  cluster.canary = {
    status: 403,
    message: 'pods "canary" is forbidden: exceeded quota: all, limited: pods=0',
  }
  const either = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig])
  t.equal(either.code, 4, 'nothing is found, and nothing proven')
  t.match(either.stdout, 'No cause found, and no proof that it works')
  t.match(either.stdout, /namespace web does not take it without a sidecar, either .*exceeded quota/)
  t.equal(cluster.writes.length, 2)
  t.notMatch(cluster.writes[1]?.body, 'sidecar-injector/canary', 'the second is no canary')
  t.match(cluster.writes[1]?.url, 'dryRun=All', 'and not stored, either')

  cluster.refusesAll = false
  const { code, stdout } = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig])
  t.equal(code, 3)
  t.match(stdout, 'quota, certain')
})

t.test('an API server that is late with everything', async (t) => {
  const cluster = await fakeCluster(t)
  cluster.lateMs = 2200
  cluster.canary = { status: 500, message: failedCall('context deadline exceeded') }
  const began = performance.now()
  const { code, stdout } = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig])
  t.equal(code, 3)
  t.match(stdout, /api-server-overloaded, probable\n[^]*the API server took [23]\d{3} ms for a call/)
  t.notMatch(stdout, /slow-server|port-blocked|dead-connections/)
  t.ok(performance.now() - began < 20_000, 'in time')
})

t.test('what may not be seen', async (t) => {
  const cluster = await fakeCluster(t)
  cluster.forbidden.push(/\/nodes/, /\/metrics/, /\/proxy\//, /^\/api\/v1\/events/)
  const { code, stdout } = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig])
  t.equal(code, 0)
  t.match(
    stdout,
    /Not looked at:\n[^]*the nodes[^]*counts of webhook calls[^]*reaches pod a[^]*what pod a says of itself/,
  )
  t.notMatch(stdout, 'credentials', 'RBAC says who may not do what')
})

t.test('no cluster', async (t) => {
  const missing = await runWith(['doctor', '--kubeconfig', join(folder, 'none')])
  t.equal(missing.code, 1)
  t.match(missing.stdout, 'the API server could not be called')

  const cluster = await fakeCluster(t)
  cluster.unauthorized = true
  const { code, stdout } = await runWith(['doctor', '--kubeconfig', cluster.kubeconfig])
  t.equal(code, 1)
  t.match(stdout, 'caller-unauthenticated, certain')
  t.match(stdout, 'aws eks update-kubeconfig')
})

t.test('called wrongly', async (t) => {
  t.equal((await runWith(['doctor', '--from', 'a', '--fix'])).code, 2)
  t.equal((await runWith(['doctor', '--from', join(folder, 'none')])).code, 1)
  const nowhere = join(folder, 'none', 'seen.json')
  const unwritten = await runWith(['doctor', '--kubeconfig', join(folder, 'none'), '--record', nowhere])
  t.equal(unwritten.code, 1)
  t.match(unwritten.stdout, 'could not be called', 'what was found is told all the same')
  t.match(unwritten.stderr, `${nowhere} cannot be written: no such file`)
  const file = join(folder, 'other.json')
  writeFileSync(file, '{}')
  const { code, stderr } = await runWith(['doctor', '--from', file])
  t.equal(code, 1)
  t.match(stderr, 'is none that `doctor --record` has written')
})

/** A configuration whose Service is gone. */
const orphan = (name: string, webhook: string) => ({
  metadata: { name, uid: '7', resourceVersion: '9' },
  webhooks: [
    {
      name: webhook,
      clientConfig: { service: { namespace: 'istio-system', name: 'gone', path: '/inject' } },
      namespaceSelector: { matchLabels: { other: 'label' } },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      sideEffects: 'None',
    },
  ],
})

t.test('--fix mends nothing but our own', async (t) => {
  const cluster = await fakeCluster(t)
  cluster.configurations.push(
    orphan('istio-sidecar-injector', 'sidecar-injector.istio.io'),
    orphan('of-others', 'pods.example.com'),
  )
  const fix = ['doctor', '--kubeconfig', cluster.kubeconfig, '--fix']
  // Naming one of others makes it no injector's own.
  for (const [named, name = 'istio-sidecar-injector'] of [
    [],
    ['istio-sidecar-injector'],
    ['of-others', 'of-others'],
  ]) {
    const flag = named === undefined ? [] : ['--webhookConfiguration', named]
    const { stdout } = await runWith([...fix, ...flag])
    t.match(stdout, `${name} was left as it is: it is not this injector's`)
  }
  t.same(new Set(cluster.writes.map(({ method }) => method)), new Set(['POST']), 'canaries only')
})

t.test('colours are for terminals', (t) => {
  const report = {
    ...diagnose({ ...healthy, canary: refused(failedCall('EOF')) }),
    server: 's',
    at: healthy.at,
    done: [],
  }
  t.notMatch(reportText(report, false), '\u001b[')
  t.match(reportText(report, true), '\u001b[31mconnection-broken, certain\u001b[0m')
  t.notOk(isColoured(new PassThrough()))
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  t.equal(isColoured(terminal), !process.env['NO_COLOR'])
  t.end()
})

t.test('as a slow check of the server', async (t) => {
  const cluster = await fakeCluster(t)
  cluster.canary = { status: 500, message: failedCall('EOF') }
  const args = ['--kubeconfig', cluster.kubeconfig, '--doctorMinutes', '0.005']
  const serving = await serve(args, folder)
  const page = async (path: string) => (await get(serving.operationsPort, path)).text
  await serving.logged('doctor: Connections to the injector break off before there is an answer')
  const finding = 'eks_sidecar_injector_doctor_finding{cause="connection-broken"}'
  t.match(await page('/metrics'), `${finding} 1`)
  t.match(JSON.parse(await page('/doctor')), {
    certificate: /^-----BEGIN CERTIFICATE-----/,
    findings: [{ cause: 'connection-broken', certainty: 'certain' }],
  })
  cluster.canary = undefined
  await serving.logged('doctor: gone')
  t.match(await page('/metrics'), `${finding} 0`)
  cluster.unauthorized = true
  await serving.logged('doctor: could not look')
  t.match(await page('/metrics'), /doctor_errors_total [1-9]/)
  t.equal(await serving.stop(), 0)
})

t.test('the slow check tells of itself in the condition of its pod', async (t) => {
  const cluster = await fakeCluster(t)
  const client = await connect({ kubeconfig: cluster.kubeconfig })
  const lines: { msg: string; error?: string; pod?: string }[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) })
  const closing = new AbortController()
  openServedDoctor(
    { doctorMinutes: 0.001 },
    {
      client: () => Promise.resolve(client),
      log,
      metrics: createMetrics().instruments,
      signal: closing.signal,
      onFindings: () => {},
      place: 'outside',
      pod: { namespace: injectorNamespace, name: 'a' },
    },
  )
  t.teardown(async () => {
    closing.abort()
    await client.close()
  })
  const told = (msg: string) => lines.filter((line) => line.msg === `doctor: ${msg}`)
  const condition = () => cluster.conditions.find(({ type }) => type === injectionWorks)
  const becomes = (reason: string) => until(reason, () => condition()?.['reason'] === reason)

  await becomes('NothingFound')
  t.match(condition(), { status: 'True', message: /^the canary in namespace web came back after / })
  cluster.canary = { status: 500, message: failedCall('EOF') }
  await becomes('ConnectionBroken')
  t.match(condition(), { status: 'False', message: / \(connection-broken\)$/ })
  t.match(cluster.conditions[0], { type: 'Ready', status: 'True' }, 'others are left alone')

  cluster.forbidden.push(/\/pods\/a\/status$/)
  await until('a refusal', () => told('the condition of the pod cannot be written').length > 0)
  const writes = cluster.writes.length
  await until('more looks', () => cluster.writes.length > writes + 2)
  const [line, ...others] = told('the condition of the pod cannot be written')
  t.same(others, [], 'that it may not be written is said once')
  t.match(line, { pod: 'sidecar-injector/a', error: /GET \S+\/pods\/a\/status: 403 / })
  cluster.canary = undefined
  await until('gone', () => told('gone').length > 0)
  cluster.forbidden.pop()
  await becomes('NothingFound')
  await until('a line', () => told('the condition of the pod is written again').length === 1)
})
