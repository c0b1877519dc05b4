import { fastify, type FastifyRequest } from 'fastify'
import { handleReview } from '../../src/admission/handle.ts'
import { createWebhook } from '../../src/server/webhook.ts'
import { createLineBuffer } from '../../src/telemetry/line-buffer.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createRecorder } from '../../src/telemetry/record.ts'
import { developmentPair } from '../../src/tls/development.ts'

/**
 * The servers to compare with, one a process: `bare` is Fastify with its own JSON parser that answers a constant
 * AdmissionReview; `outside` is our webhook with log and metrics around an injection that gives a constant patch.
 */
const [kind, directory = '', patch = ''] = process.argv.slice(2)
const names = ['localhost', '127.0.0.1']
const onUnwritable = (error: unknown) => console.error(error)
const pair = await developmentPair({ directory, names, now: new Date(), onUnwritable })

async function bare(): Promise<number> {
  const app = fastify({ https: { cert: pair.cert, key: pair.key }, bodyLimit: 7 * 1024 * 1024 })
  const answer =
    patch === ''
      ? { allowed: true }
      : { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(patch).toString('base64') }
  app.post('/inject', (request: FastifyRequest<{ Body: { request: { uid: string } } }>, reply) => {
    const { uid } = request.body.request
    reply.send({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid, ...answer } })
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return Number(new URL(address).port)
}

async function outside(): Promise<number> {
  const { instruments } = createMetrics()
  const recorder = createRecorder(createLog('info', createLineBuffer(process.stdout.fd)), instruments)
  const decision = { inject: true, reason: 'policy-enabled', message: '', field: '', warnings: [] } as const
  const webhook = createWebhook({
    handle: (body, path) => handleReview(() => ({ kind: 'injected', decision, patch }), body, path),
    record: (handled, seconds, bytes) => recorder.record(handled, seconds, bytes),
    onInFlight: (change) => instruments.inFlight.add(change),
  })
  webhook.useCertificate(pair)
  return (await webhook.listen(0, '127.0.0.1')).port
}

const port = kind === 'bare' ? await bare() : await outside()
process.stdout.write(`${JSON.stringify({ port, msg: 'ready' })}\n`)
