import { hostname } from 'node:os'
import type { Canaries } from '../server/canaries.ts'
import type { Readiness } from '../server/readiness.ts'
import type { CertificatePair } from '../tls/pair.ts'
import packageJson from '../../package.json' with { type: 'json' }

/** The name of the pod that this runs in, which is a container's host name unless it is on the node's network. */
export function podName(): string {
  return process.env['POD_NAME'] ?? process.env['HOSTNAME'] ?? hostname()
}

/** What `/doctor` of the operations listener says of this process. Nothing of it is secret. */
export interface SelfPage {
  readonly pod: string
  readonly version: string
  /** ISO 8601 */
  readonly started: string
  /** Why no traffic may come. */
  readonly waiting: readonly string[]
  /** The chain that is served, PEM. */
  readonly certificate: string | undefined
  readonly canaries: ReturnType<Canaries['seen']>
  /** What the slow check has found last (`--doctorMinutes`); undefined if it has not looked yet. */
  readonly findings: readonly SelfFinding[] | undefined
}

/** A cause for pods without sidecars. */
export interface SelfFinding {
  readonly cause: string
  readonly certainty: string
  readonly title: string
}

/** Makes it; to be told of the certificates that are served. */
export function selfOf({
  readiness,
  canaries,
}: {
  readonly readiness: Readiness
  readonly canaries: Canaries
}) {
  const started = new Date().toISOString()
  let certificate: string | undefined
  let findings: readonly SelfFinding[] | undefined
  return {
    found(all: readonly SelfFinding[]): void {
      findings = all.map(({ cause, certainty, title }) => ({ cause, certainty, title }))
    },
    serves(pair: CertificatePair): void {
      certificate = pair.cert
    },
    page: (): SelfPage => ({
      pod: podName(),
      version: packageJson.version,
      started,
      waiting: readiness.reasons(),
      certificate,
      canaries: canaries.seen(),
      findings,
    }),
  }
}
