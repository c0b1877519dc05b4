import type { KubernetesClient } from '../cluster/client.ts'
import { ownNamespace } from '../cluster/service-account.ts'
import type { Readiness } from '../server/readiness.ts'
import { keepingEvents } from '../telemetry/keeping.ts'
import { certificateEvents } from '../telemetry/loading.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { lazyIssuing } from '../tls/change-authority.ts'
import { systemClock } from '../tls/clock.ts'
import { openClusterCertificate } from '../tls/in-cluster.ts'
import { observe } from '../tls/observe.ts'
import type { CertificatePair } from '../tls/pair.ts'
import { openCertificate, type CertificateFiles, type CertificateSource } from '../tls/source.ts'
import type { ServiceName } from '../tls/webhook-configuration.ts'
import type { CertificateFlags } from './certificate-options.ts'
import { UsageError } from './errors.ts'
import { reasonOf } from './input.ts'

/** Where the certificate comes from. */
export type CertificatePlace =
  | { readonly kind: 'cluster'; readonly secret: string; readonly service: ServiceName }
  | { readonly kind: 'files'; readonly files: CertificateFiles }
  | { readonly kind: 'self-made' }

/** Where the certificate comes from, by the flags. Rejects with UsageError for flags without those that they belong to. */
export async function certificatePlace(flags: CertificateFlags): Promise<CertificatePlace> {
  const { tlsCertFile: cert, tlsKeyFile: key, certificateSecret: secret } = flags
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--tlsCertFile and --tlsKeyFile belong together')
  }
  if (secret === undefined) {
    return cert === undefined || key === undefined
      ? { kind: 'self-made' }
      : { kind: 'files', files: { cert, key } }
  }
  if (cert !== undefined) {
    throw new UsageError('--certificateSecret makes certificates, --tlsCertFile has one: give one of them')
  }
  if (flags.authorityLifetime < 2 * flags.certificateLifetime) {
    throw new UsageError('--authorityLifetime is to be twice --certificateLifetime at least')
  }
  const service = await serviceOf(flags)
  if (service === undefined || flags.webhookConfigurations === undefined) {
    throw new UsageError(
      '--certificateSecret needs --serviceName, --webhookConfigurations and, outside of a pod, --namespace',
    )
  }
  return { kind: 'cluster', secret, service }
}

async function serviceOf({
  namespace,
  serviceName: name,
}: CertificateFlags): Promise<ServiceName | undefined> {
  const ns = namespace ?? (await ownNamespace())
  return ns === undefined || name === undefined ? undefined : { namespace: ns, name }
}

/** The certificate that is served. */
export type ServedCertificate = Pick<CertificateSource, 'current'>

export interface ServedCertificateOptions {
  readonly flags: CertificateFlags
  readonly place: CertificatePlace
  /** Asked for only if a flag needs the API server. */
  readonly client: () => Promise<KubernetesClient>
  readonly log: Logger
  readonly metrics: Metrics
  readonly readiness: Readiness
  /** Keeps a self-made certificate. */
  readonly developmentDirectory: string
  /** Told of every pair that is to be served from now on. */
  readonly onPair: (pair: CertificatePair) => void
  /** Closes it, before there is a certificate, too. */
  readonly signal: AbortSignal
}

/** Opens the certificate to serve and follows it, with what log, metrics and readiness say of it. */
export async function openServedCertificate(options: ServedCertificateOptions): Promise<ServedCertificate> {
  return options.place.kind === 'cluster' ? openKept(options, options.place) : openFollowed(options)
}

async function openKept(
  { flags, client, log, metrics, readiness, onPair, signal }: ServedCertificateOptions,
  { secret, service }: Extract<CertificatePlace, { kind: 'cluster' }>,
): Promise<ServedCertificate> {
  const told = certificateEvents(log, metrics)
  const keeping = keepingEvents(log, metrics, () => systemClock.now())
  /*
   * Once only. Later on, being unready would mend nothing: a caBundle that somebody has overwritten is wrong for all
   * replicas alike, and with none of them ready API servers could not even reach those whose connections are open.
   */
  const untrusted = 'the webhook configurations do not trust the certificate yet'
  let isTrusted = false
  readiness.hold('trust', untrusted)
  return openClusterCertificate({
    client: await client(),
    secret,
    service,
    configurations: flags.webhookConfigurations ?? [],
    lifetimes: { certificateMs: flags.certificateLifetime, authorityMs: flags.authorityLifetime },
    clock: systemClock,
    random: Math.random,
    issuing: lazyIssuing,
    onTrouble(of, error) {
      keeping.onTrouble(of, error)
      if (isTrusted) return
      readiness.hold('trust', error === undefined ? untrusted : `${untrusted}: ${reasonOf(error)}`)
    },
    signal,
    events: {
      ...keeping.keeper,
      onServe({ pair }) {
        onPair(pair)
        told.onLoad(pair)
      },
      onTrusted() {
        isTrusted = true
        readiness.release('trust')
      },
    },
  })
}

async function openFollowed(options: ServedCertificateOptions): Promise<ServedCertificate> {
  const { place, log, metrics, developmentDirectory, onPair, signal } = options
  const told = certificateEvents(log, metrics)
  const observer = await openObserver(options)
  const source = await openCertificate({
    files: place.kind === 'files' ? place.files : undefined,
    developmentDirectory,
    onLoad(pair) {
      onPair(pair)
      told.onLoad(pair)
      observer?.serves(pair)
    },
    onError: (error) => told.onError(error),
    onUnwritable: (error) => told.onUnwritable(error),
  })
  signal.addEventListener('abort', () => {
    source.close()
    observer?.close()
  })
  return source
}

async function openObserver({ flags, client, log, metrics }: ServedCertificateOptions) {
  if (flags.webhookConfigurations === undefined) return undefined
  const keeping = keepingEvents(log, metrics, () => systemClock.now())
  return observe({
    client: await client(),
    configurations: flags.webhookConfigurations,
    service: await serviceOf(flags),
    onMatch: keeping.onMatch,
    onTrouble: (error) => keeping.onTrouble('watch', error),
  })
}
