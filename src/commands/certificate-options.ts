import { InvalidArgumentError, type Command } from 'commander'
import { parseDuration } from '../golang/duration.ts'
import { defaultLifetimes } from '../tls/lifetimes.ts'
import { option } from './options.ts'

/** The flags about certificates, as commander gives them. */
export interface CertificateFlags {
  readonly tlsCertFile?: string
  readonly tlsKeyFile?: string
  readonly certificateSecret?: string
  readonly namespace?: string
  readonly serviceName?: string
  readonly webhookConfigurations?: readonly string[]
  /** Milliseconds, as the next one. */
  readonly certificateLifetime: number
  readonly authorityLifetime: number
}

/** Adds the flags about certificates to `serve`. */
export function addCertificateOptions(command: Command): Command {
  const { certificateMs, authorityMs } = defaultLifetimes
  const names = 'MutatingWebhookConfigurations: ours to give the CA, or only compared with --tlsCertFile: a,b'
  const certificateLifetime = option('--certificateLifetime <duration>', 'life of a certificate of our CA')
  const authorityLifetime = option('--authorityLifetime <duration>', 'life of our CA')
  return command
    .addOption(
      option('--tlsCertFile <path>', 'certificate with its chain, PEM (default: self-made, in certs/)'),
    )
    .addOption(option('--tlsKeyFile <path>', 'private key of the certificate, PEM'))
    .addOption(
      option('--certificateSecret <name>', 'Secret that keeps a CA of our own, made if it is missing'),
    )
    .addOption(option('--namespace <name>', 'namespace of Secret and Service (default: that of this pod)'))
    .addOption(
      option('--serviceName <name>', 'Service that the API server calls: the name in our certificate'),
    )
    .addOption(option('--webhookConfigurations <names>', names).argParser(parseNames))
    .addOption(certificateLifetime.default(certificateMs, '720h').argParser(parseLifetime))
    .addOption(authorityLifetime.default(authorityMs, '8760h').argParser(parseLifetime))
}

/** Names of one flag, which may be given several times. */
function parseNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name))
  if (wrong === undefined) return [...before, ...names]
  throw new InvalidArgumentError(`${JSON.stringify(wrong)} is no name of a webhook configuration.`)
}

/** Certificates tell whole seconds, and calls of the API server take some. */
const leastMs = 3000

/** Reads `720h`, `90m`, `20s`, or seconds, into milliseconds. */
function parseLifetime(text: string): number {
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : durationOf(text)
  if (ms >= leastMs) return ms
  throw new InvalidArgumentError('A lifetime is a duration of 3 s and more, such as 720h, 90m or 20s.')
}

/** NaN for what is no duration. */
function durationOf(text: string): number {
  try {
    return Number(parseDuration(text) / 1_000_000n)
  } catch {
    return Number.NaN
  }
}
