import { handleReview } from '../admission/handle.ts'
import type { KubernetesClient } from '../cluster/client.ts'
import { connect } from '../cluster/connect.ts'
import type { InjectionRequest } from '../injection/outcome.ts'
import type { RevisionRequest } from '../revisions/choose.ts'
import { injectByRevision } from '../revisions/inject.ts'
import { noSettings } from '../server/errors.ts'
import { createCanaries } from '../server/canaries.ts'
import { createOperations } from '../server/operations.ts'
import { createReadiness } from '../server/readiness.ts'
import { selfRequest } from '../server/self-request.ts'
import { createWebhook } from '../server/webhook.ts'
import { createLineBuffer } from '../telemetry/line-buffer.ts'
import { settingsEvents } from '../telemetry/loading.ts'
import { createLog } from '../telemetry/log.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createRecorder } from '../telemetry/record.ts'
import type { ExitCode, Terminal } from './command.ts'
import type { ServeOptions } from './serve-command.ts'
import { certificatePlace, openServedCertificate } from './serve-certificate.ts'
import { openServedCoverage } from './serve-coverage.ts'
import { settingsPlace } from './serve-files.ts'
import { podName, selfOf } from './serve-self.ts'
import { boundHeap } from './serve-memory.ts'
import { openServedPage } from './serve-page.ts'
import { openOwnerEvents } from './serve-owner-events.ts'
import { openServedRevisions } from './serve-revisions.ts'
import { untilStopped } from './serve-stop.ts'
import { welcome } from './serve-welcome.ts'

/** Keeps a self-made certificate, below the working directory. */
const developmentDirectory = 'certs'

/** Serves until the process is told to stop. Everything that lives as long as the server is made here and handed down. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const settings = settingsPlace(options)
  const certificateFrom = await certificatePlace(options)
  const lines = createLineBuffer(process.stdout.fd)
  const log = createLog(options.logLevel, lines)
  const { instruments, ...page } = createMetrics()
  const recorder = createRecorder(log, instruments)
  const readiness = createReadiness()
  readiness.hold('listener', 'the webhook has not answered yet')
  boundHeap()
  let connecting: Promise<KubernetesClient> | undefined
  const client = () => (connecting ??= connect(options))

  const revisions = await openServedRevisions(settings, options, settingsEvents(log, instruments), {
    client,
    log,
    metrics: instruments,
    readiness,
  })
  const injectFor = (request: InjectionRequest & RevisionRequest) => {
    const namespaceAnnotations = revisions.annotationsOf?.(request.namespace)
    const asked = namespaceAnnotations === undefined ? request : { ...request, namespaceAnnotations }
    return injectByRevision(revisions.current, asked)
  }
  const coverage = await openServedCoverage(options, {
    settings,
    client,
    revisions,
    log,
    metrics: instruments,
  })
  const canaries = createCanaries(podName())
  const tellsOwners = settings.kind === 'cluster' && options.podEvents === 'on'
  const ownerEvents = tellsOwners ? openOwnerEvents(await client(), log, instruments) : undefined
  const webhook = createWebhook({
    handle: (body, path, revision) =>
      revisions.current.all.length === 0
        ? noSettings
        : canaries.acknowledge(handleReview((request) => injectFor({ ...request, revision }), body, path)),
    record(handled, seconds, requestBytes) {
      recorder.record(handled, seconds, requestBytes)
      ownerEvents?.tell(handled)
    },
    onInFlight: (change) => instruments.inFlight.add(change),
  })
  const self = selfOf({ readiness, canaries })
  const operations = createOperations({
    readiness,
    self: self.page,
    page: await openServedPage(options, { revisions, coverage }),
    metrics: {
      ...page,
      page() {
        recorder.flush()
        revisions.beforeMetrics?.()
        return page.page()
      },
    },
  })

  const closing = new AbortController()
  if (options.doctorMinutes > 0) {
    const { doctorPlace, openServedDoctor } = await import('./serve-doctor.ts')
    openServedDoctor(options, {
      client,
      log,
      metrics: instruments,
      signal: closing.signal,
      ...(await doctorPlace(options)),
      onFindings: (findings) => self.found(findings),
    })
  }

  async function start(): Promise<void> {
    // Before what may have to wait for an API server: the kubelet wants to know that we live, and people why it takes so long.
    const { port: operationsPort } = await operations.listen(options.operationsPort, options.address)
    const certificate = await openServedCertificate({
      flags: options,
      place: certificateFrom,
      client,
      log,
      metrics: instruments,
      readiness,
      developmentDirectory,
      onPair(pair) {
        webhook.useCertificate(pair)
        self.serves(pair)
      },
      signal: closing.signal,
    })
    const bound = await webhook.listen(options.port, options.address)
    await selfRequest(bound, certificate.current.fingerprint)
    readiness.release('listener')
    const place = { address: bound.address, port: bound.port, operationsPort }
    const reasons = readiness.reasons()
    if (reasons.length > 0) log.info({ ...place, reasons }, 'listening, not ready yet')
    void readiness.ready().then(() => log.info(place, 'ready'))
    if (settings.kind === 'example') {
      const pagePort = options.reviewPage ? operationsPort : undefined
      terminal.stderr.write(welcome({ port: bound.port, certificates: developmentDirectory, pagePort }))
    }
  }

  const stop = untilStopped({
    drainSeconds: options.drainSeconds,
    log,
    lines,
    readiness,
    webhook,
    async close() {
      await operations.close()
      revisions.close()
      ownerEvents?.close()
      coverage?.close()
      closing.abort()
      await (await connecting)?.close()
      recorder.flush()
    },
  })
  await Promise.race([start(), stop.begun])
  return stop.exitCode
}
