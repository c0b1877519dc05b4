import { closeSync, createReadStream, openSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import t from 'tap'
import { handleReview, plainText, type Handled, type Inject } from '../../src/admission/handle.ts'
import { InjectionError } from '../../src/injection/errors.ts'
import {
  createCounter,
  createGauge,
  createHistogram,
  createLabelledGauge,
} from '../../src/telemetry/instruments.ts'
import { createLineBuffer } from '../../src/telemetry/line-buffer.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createRecorder } from '../../src/telemetry/record.ts'
import { decision, folder, patchAll, pod, reviewOf } from '../server/harness.ts'

t.test('our instruments write what prom-client writes', async (t) => {
  const values = [0, 0.1, 0.25, 0.2500001, 1, 3, 1e9]
  const buckets = [0.25, 0.5, 1, 2.5]
  const help = 'Two\nlines and a \\.'
  const odd = ['plain', '', '"', '\\', '\n', 'é', 'a"b\\c\nd']

  const registers = [new Registry()]
  const counter = createCounter({ name: 'c', type: 'counter', help })
  const theirCounter = new Counter({ name: 'c', help, registers })
  const labelled = createCounter({ name: 'l', type: 'counter', help, labels: { a: '', b: '' } })
  const theirLabelled = new Counter({ name: 'l', help, labelNames: ['a', 'b'], registers })
  const gauge = createGauge({ name: 'g', type: 'gauge', help })
  const theirGauge = new Gauge({ name: 'g', help, registers })
  const labelledGauge = createLabelledGauge({ name: 'lg', type: 'gauge', help, labels: { a: '' } })
  const theirLabelledGauge = new Gauge({ name: 'lg', help, labelNames: ['a'], registers })
  const histogram = createHistogram({ name: 'h', type: 'histogram', help, buckets })
  const theirHistogram = new Histogram({ name: 'h', help, buckets, registers })

  const same = async (step: string) => {
    const ours = [counter, labelled, gauge, labelledGauge, histogram]
      .map((instrument) => instrument.toText())
      .join('\n')
    t.equal(ours, await registers[0]?.metrics(), step)
  }
  await same('at the start')
  for (const value of values) {
    histogram.observe(value)
    theirHistogram.observe(value)
    gauge.set(value)
    theirGauge.set(value)
  }
  gauge.add(-3)
  theirGauge.dec(3)
  for (const text of odd) {
    counter.inc()
    theirCounter.inc()
    labelled.inc(text, 'x')
    theirLabelled.inc({ a: text, b: 'x' })
    labelledGauge.set(text.length, text)
    theirLabelledGauge.set({ a: text }, text.length)
  }
  labelled.touch('plain', 'x')
  labelled.touch('new', 'x')
  theirLabelled.inc({ a: 'new', b: 'x' }, 0)
  labelledGauge.remove('plain')
  theirLabelledGauge.remove({ a: 'plain' })
  labelled.inc('plain', 'x')
  theirLabelled.inc({ a: 'plain', b: 'x' })
  await same('with values')

  const time = createLabelledGauge({ name: 'time', type: 'gauge', help: 'A time.' })
  t.equal(time.toText(), '# HELP time A time.\n# TYPE time gauge\n', 'one that is not known is not shown')
  time.set(12)
  t.equal(time.toText().split('\n').at(-2), 'time 12')
})

/** A recorder, what it wrote as objects, and the value of a series. */
function recording() {
  const lines: string[] = []
  const metrics = createMetrics()
  const recorder = createRecorder(
    createLog('info', { write: (line) => void lines.push(line) }),
    metrics.instruments,
  )
  return {
    recorder,
    async results(handled: Handled[]) {
      for (const one of handled) recorder.record(one, 0.0012345, 1000)
      recorder.flush()
      const page = await metrics.page()
      const series = (name: string) =>
        page
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1]
      return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line)), series }
    },
  }
}

const thrower: Inject = () => {
  throw new TypeError("Cannot read properties of undefined (reading 'pod-content')")
}
const failing: Inject = () => ({
  kind: 'failed',
  error: new InjectionError('annotation-invalid', 'pod-content is wrong'),
})

t.test('one line and one count a request, with nothing of the pod but its name and owner', async (t) => {
  const owned = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ownerReferences: [
        { kind: 'Node', name: 'n' },
        { kind: 'ReplicaSet', name: 'web-7d9c4f5b6', controller: true },
      ],
    },
  }
  const { lines, text, series } = await recording().results([
    handleReview(patchAll, reviewOf(owned), ''),
    handleReview(
      () => ({ kind: 'skipped', decision: { ...decision, reason: 'host-network' }, revision: '1-30' }),
      reviewOf({ metadata: { name: 'db-0' } }, { dryRun: true }),
      '',
    ),
    handleReview(failing, reviewOf(pod), ''),
    handleReview(thrower, reviewOf(pod), ''),
    handleReview(patchAll, '{}', ''),
    plainText(413, 'pod-content'),
  ])
  const uid = '705ab4f5-6393-11e8-b7cc-42010a800002'
  const head = { time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, ms: 1.235 }
  t.match(lines, [
    {
      ...head,
      level: 'info',
      uid,
      namespace: 'shop',
      pod: 'web-7d9c4f5b6-',
      owner: 'ReplicaSet/web-7d9c4f5b6',
      decision: 'injected',
      reason: 'policy-enabled',
      patchBytes: 39,
      msg: 'review',
    },
    {
      ...head,
      level: 'info',
      pod: 'db-0',
      decision: 'skipped',
      reason: 'host-network',
      revision: '1-30',
      dryRun: true,
      patchBytes: 0,
    },
    { ...head, level: 'warn', pod: 'web-7d9c4f5b6-', decision: 'failed', reason: 'annotation-invalid' },
    {
      ...head,
      level: 'error',
      decision: 'failed',
      reason: 'internal',
      defect: { name: 'TypeError', at: [/telemetry\.test/] },
    },
    { ...head, level: 'warn', decision: 'refused', reason: 'not-a-review' },
    { ...head, level: 'info', status: 413, msg: 'not a review' },
  ])
  t.notMatch(text, /pod-content|registry\.example/)
  const expected: [string, string][] = [
    ['sidecar_injection_requests_total', '6'],
    ['sidecar_injection_success_total', '1'],
    ['sidecar_injection_skip_total', '1'],
    ['sidecar_injection_failure_total', '4'],
    ['sidecar_injection_time_seconds_count', '6'],
    [
      'eks_sidecar_injector_decisions_total{decision="injected",reason="policy-enabled",dry_run="false",revision=""}',
      '1',
    ],
    [
      'eks_sidecar_injector_decisions_total{decision="skipped",reason="host-network",dry_run="true",revision="1-30"}',
      '1',
    ],
    [
      'eks_sidecar_injector_decisions_total{decision="refused",reason="not-a-review",dry_run="false",revision=""}',
      '1',
    ],
    ['eks_sidecar_injector_http_errors_total{status="413"}', '1'],
    ['eks_sidecar_injector_review_duration_seconds_bucket{le="0.0025"}', '6'],
    ['eks_sidecar_injector_patch_bytes_sum', '39'],
    ['eks_sidecar_injector_request_bytes_sum', '6000'],
  ]
  for (const [name, value] of expected) t.equal(series(name), value, name)
  t.ok(series('nodejs_eventloop_lag_p99_seconds'))
})

t.test('names of a hostile request are cut, and odd pods have no name', async (t) => {
  const long = 'x'.repeat(1e6)
  const objects = [
    { metadata: { name: long, ownerReferences: [{ controller: true, kind: long }] } },
    null,
    [],
    { metadata: [] },
    { metadata: { name: 1, ownerReferences: {} } },
  ]
  const { lines, text } = await recording().results(
    objects.map((object) => handleReview(patchAll, reviewOf(object, { uid: long, namespace: long }), '')),
  )
  t.equal(lines.length, objects.length)
  t.ok(text.length < 6000)
})

t.test('what is recorded is written soon, without anybody asking', async (t) => {
  const lines: string[] = []
  const recorder = createRecorder(
    createLog('info', { write: (line) => void lines.push(line) }),
    createMetrics().instruments,
  )
  for (let index = 0; index < 33; index++) recorder.record(plainText(400, ''), 0, 0)
  t.equal(lines.length, 32, 'a full batch at once')
  await new Promise((done) => setTimeout(done, 40))
  t.equal(lines.length, 33)
})

t.test('lines are gathered and come out whole', async (t) => {
  const path = join(folder(), 'log')
  const buffer = createLineBuffer(openSync(path, 'w'))
  const expected: string[] = []
  for (let index = 0; index < 5000; index++) {
    const line = `${index} ${'é'.repeat(index % 50)}`
    expected.push(line)
    buffer.write(`${line}\n`)
    if (index % 1000 === 0) await buffer.drain()
  }
  buffer.flushSync()
  await buffer.drain()
  t.same(new Set(readFileSync(path, 'utf8').split('\n')), new Set([...expected, '']))
  buffer.write('last\n')
  await new Promise((done) => setTimeout(done, 100))
  t.match(readFileSync(path, 'utf8'), /last\n$/)
})

t.test(
  'a reader that stands still costs lines, not memory; a reader that is gone costs nothing',
  async (t) => {
    const pipe = join(folder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    // Both ends at once, or opening would wait; non-blocking, as a shell's pipe can be.
    const fd = openSync(pipe, 'r+')
    const buffer = createLineBuffer(fd)
    const line = `${'x'.repeat(999)}\n`
    for (let index = 0; index < 10_000; index++) buffer.write(line)
    const reader = createReadStream(pipe)
    let read = ''
    reader.on('data', (chunk) => (read += chunk))
    await buffer.drain()
    buffer.write('after\n')
    await buffer.drain()
    await new Promise((done) => setTimeout(done, 50))
    const [, dropped] = /"dropped":(\d+)/.exec(read) ?? []
    t.ok(Number(dropped) > 5000, `${dropped} lines dropped`)
    t.match(read, /after\n$/)
    closeSync(fd)

    const gone = createLineBuffer(9999)
    gone.write('x\n')
    gone.flushSync()
    gone.write('x\n')
    await gone.drain()
  },
)
