/** What stood between the API server and a webhook, by the API server's own words. */
export type FaultKind =
  | 'address-not-allowed'
  | 'refused'
  | 'no-route'
  | 'timeout'
  | 'unknown-authority'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'no-endpoints'
  | 'service-not-found'
  | 'service-port'
  | 'service-type'
  | 'name-lookup'
  | 'proxy'
  | 'not-tls'
  | 'broken'
  | 'path-not-found'
  | 'unusable-answer'
  | 'dry-run'
  | 'other'

/** A failed call of a webhook. */
export interface CallFault {
  readonly kind: FaultKind
  /** Of the entry in the configuration; empty if the text does not say. */
  readonly webhook: string
  /** Host and port of the URL that was called, e.g. `istio-sidecar-injector.istio-system.svc:443`. */
  readonly host: string
  /** The address that was dialled, e.g. `10.0.27.245:15017`. */
  readonly address: string
  /** What was read, shortened. */
  readonly text: string
}

/**
 * The words, most telling first: one text may have several, as `x509` in a text with `Post "https://…"`. They are of Go's net, crypto/tls
 * and crypto/x509, of k8s.io/apiserver's pkg/util/webhook and pkg/util/proxy, and of EKS (`Address is not allowed`:
 * istio/istio#36702, aws/containers-roadmap#1215).
 */
const words: readonly (readonly [FaultKind, RegExp])[] = [
  ['dry-run', /does not support dry run/],
  ['address-not-allowed', /address is not allowed/i],
  ['no-endpoints', /no endpoints available for service/],
  ['service-port', /no service port \d+ found for service|service port \S+ not found/],
  ['service-type', /unsupported service type/],
  ['service-not-found', /services? "[^"]*" not found/],
  ['not-yet-valid', /x509: certificate has expired or is not yet valid: current time \S+ is before/],
  ['expired', /x509: certificate has expired/],
  [
    'wrong-name',
    /x509: certificate is (?:valid for .*, not |not valid for any names)|x509: cannot validate certificate for|relies on legacy Common Name/,
  ],
  ['unknown-authority', /x509:|unable to load root certificates/],
  [
    'proxy',
    /proxyconnect|proxy error|<html|<!doctype|: (?:Service Unavailable|Bad Gateway|Forbidden|Proxy Authentication Required|Gateway Timeout|Unable to connect)\b/i,
  ],
  ['not-tls', /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/],
  ['refused', /connection refused/],
  ['no-route', /no route to host|network is unreachable/],
  ['name-lookup', /no such host|server misbehaving/],
  [
    'timeout',
    /i\/o timeout|context deadline exceeded|deadline exceeded|Client\.Timeout|TLS handshake timeout|request canceled|connection timed out|did not complete within|operation timed out|no answer within/,
  ],
  ['broken', /: EOF|unexpected EOF|connection reset by peer|broken pipe|server closed|remote error: tls/],
  ['path-not-found', /could not find the requested resource|404 page not found/],
  [
    'unusable-answer',
    /invalid webhook response|expected (?:response|webhook response)|undecodable patch|an error on the server|rejected our request|unable to decode|unknown reason|no kind is registered|couldn't get version\/kind/,
  ],
]

const called = /failed calling (?:admission )?webhook "([^"]*)"/
const url = /(?:Post|Get) "?https?:\/\/([^/"\s:]+(?::\d+)?)/
const dialled = /dial tcp (?:\S+->)?(\[[0-9a-f:.%]+\]:\d+|[0-9.]+:\d+)/i

/** Texts of Events and of templates may be long. */
const longest = 600

/** Reads the text of a refusal or an Event; undefined if it tells of no failed call of a webhook. */
export function readCallFault(text: string): CallFault | undefined {
  const webhook = called.exec(text)?.[1] ?? dryRunWebhook(text)
  return webhook === undefined ? undefined : { ...readFault(text), webhook }
}

/** The same for texts that are about one connection anyway, such as those of the API server's proxy. */
export function readFault(text: string): CallFault {
  const kind = words.find(([, word]) => word.test(text))?.[0] ?? 'other'
  const short = text.replace(/\s+/g, ' ').trim()
  return {
    kind,
    webhook: '',
    host: url.exec(text)?.[1] ?? '',
    address: dialled.exec(text)?.[1] ?? '',
    text: short.length > longest ? `${short.slice(0, longest - 1)}…` : short,
  }
}

function dryRunWebhook(text: string): string | undefined {
  return /admission webhook "([^"]*)" does not support dry run/.exec(text)?.[1]
}

/** The webhook that has answered and said no; undefined if none has. */
export function deniedBy(text: string): string | undefined {
  return /admission webhook "([^"]*)" denied the request/.exec(text)?.[1]
}

/** Somebody after the injectors who does not admit the pod: a validating webhook, or a ValidatingAdmissionPolicy. */
export function refusedBy(text: string): string | undefined {
  return deniedBy(text) ?? /ValidatingAdmissionPolicy '([^']*)'/.exec(text)?.[1]
}

/** Whether a refusal is about what a sidecar brings along; others are about the pod that was sent. */
export function isAboutSidecar(text: string): boolean {
  return /istio-|sidecar|NET_ADMIN|NET_RAW|init ?container/i.test(text)
}
