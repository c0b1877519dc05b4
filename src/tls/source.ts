import { openFileSource } from '../sources/files.ts'
import { developmentPair } from './development.ts'
import { checkPair, type CertificatePair } from './pair.ts'

/** Where the certificate comes from: two PEM files that somebody else writes, or a folder of our own. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface CertificateSourceOptions {
  /** Undefined: a self-made pair for development. */
  readonly files: CertificateFiles | undefined
  /** Keeps the self-made pair. */
  readonly developmentDirectory: string
  /** Told of every pair, the first one included. */
  readonly onLoad: (pair: CertificatePair) => void
  /** Told why a pair cannot be used. */
  readonly onError: (error: unknown) => void
  /** Told why a self-made pair cannot be kept. */
  readonly onUnwritable: (error: unknown) => void
}

export interface CertificateSource {
  /** The last good pair. */
  readonly current: CertificatePair
  close(): void
}

/** The names of a self-made certificate: this machine's, and those of the Service in the places it usually has. */
export const developmentNames = [
  'localhost',
  '127.0.0.1',
  '::1',
  ...['eks-sidecar-injector', 'istio-sidecar-injector'].flatMap((service) => [
    `${service}.istio-system`,
    `${service}.istio-system.svc`,
    `${service}.istio-system.svc.cluster.local`,
  ]),
]

/** Opens the certificate to serve; a pair from files is read again when they change. Rejects if there is none to start with. */
export async function openCertificate(options: CertificateSourceOptions): Promise<CertificateSource> {
  const { files, developmentDirectory, onLoad, onError, onUnwritable } = options
  if (files !== undefined) {
    return openFileSource({
      paths: [files.cert, files.key],
      load: (read) => checkPair(read(files.cert), read(files.key)),
      onLoad,
      onError,
    })
  }
  const current = await developmentPair({
    directory: developmentDirectory,
    names: developmentNames,
    now: new Date(),
    onUnwritable,
  })
  onLoad(current)
  return { current, close: () => undefined }
}
