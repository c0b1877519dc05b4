import { randomUUID, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { renewalTime } from './lifetimes.ts'
import { checkPair, type CertificatePair } from './pair.ts'

/** Where a development pair lives below its folder. The CA's key is never written: nobody can sign with it again. */
export const developmentFiles = { ca: 'ca.pem', cert: 'tls.pem', key: 'tls-key.pem' } as const

export interface DevelopmentOptions {
  /** The folder that keeps the pair, made if it is missing. */
  readonly directory: string
  /** DNS names and IP addresses that the certificate is for. */
  readonly names: readonly string[]
  readonly now: Date
  /** Told why a new pair could not be kept; it is used all the same. */
  readonly onUnwritable: (error: unknown) => void
}

/**
 * The self-made pair of a folder: the one that is there while it is good, else a new one. For trying things out; a
 * cluster brings its own (see certs/README.md).
 */
export async function developmentPair(options: DevelopmentOptions): Promise<CertificatePair> {
  const kept = await readPair(options)
  if (kept !== undefined) return kept
  // 200 ms and 5 MB that a start with files does not pay.
  const { issue } = await import('./issue.ts')
  const issued = await issue(options.names, options.now)
  await writePair(options.directory, issued).catch(options.onUnwritable)
  return checkPair(issued.cert, issued.key)
}

async function readPair({ directory, names, now }: DevelopmentOptions): Promise<CertificatePair | undefined> {
  try {
    const read = (name: string) => readFile(join(directory, name), 'utf8')
    const [ca, cert, key] = await Promise.all([
      read(developmentFiles.ca),
      read(developmentFiles.cert),
      read(developmentFiles.key),
    ])
    const pair = checkPair(cert, key)
    return isGood(new X509Certificate(cert), new X509Certificate(ca), names, now) ? pair : undefined
  } catch {
    // Whatever is wrong with it (missing, cut short, another's), a new pair is made.
    return undefined
  }
}

function isGood(leaf: X509Certificate, ca: X509Certificate, names: readonly string[], now: Date): boolean {
  const from = leaf.validFromDate.getTime()
  const renewal = renewalTime(from, leaf.validToDate.getTime(), 0)
  const covers = (name: string) =>
    isIP(name) === 0 ? leaf.checkHost(name) !== undefined : leaf.checkIP(name) !== undefined
  return now.getTime() >= from && now.getTime() < renewal && leaf.checkIssued(ca) && names.every(covers)
}

async function writePair(directory: string, pair: { ca: string; cert: string; key: string }): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeWhole(join(directory, developmentFiles.ca), pair.ca)
  await writeWhole(join(directory, developmentFiles.key), pair.key)
  await writeWhole(join(directory, developmentFiles.cert), pair.cert)
}

/** Never half a file, and never readable by others. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, path)
}
