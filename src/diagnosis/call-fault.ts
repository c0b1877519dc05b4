/** What stood between the API server and a webhook, by the API server's own words. */
export type FaultKind =
  | 'address-not-allowed'
  | 'refused'
  | 'no-route'
  | 'timeout'
  | 'lost'
  | 'unknown-authority'
  | 'expired'
  | 'not-yet-valid'
  | 'dates'
  | 'wrong-name'
  | 'unfit-certificate'
  | 'no-endpoints'
  | 'service-not-found'
  | 'service-port'
  | 'service-type'
  | 'name-lookup'
  | 'tunnel'
  | 'proxy'
  | 'page'
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
 * An answer that came, whatever its body quotes: what client-go makes of a status (apimachinery's NewGenericServerResponse), and
 * what k8s.io/apiserver says of an AdmissionReview that is none (pkg/admission/plugin/webhook).
 */
const answers: readonly (readonly [FaultKind, RegExp])[] = [
  ['dry-run', /does not support dry run/],
  ['page', /<(?:html|!doctype)/i],
  ['path-not-found', /could not find the requested resource|404 page not found/],
  [
    'unusable-answer',
    /an error on the server|the server (?:rejected our request|has asked for|does not allow|is currently unable|was unable to|has received too many|responded with the status)|invalid webhook response|undecodable patch|unsupported patch type|webhook response was absent|expected (?:response|webhook response)|unable to decode|object provided is unrecognized|no kind "[^"]*" is registered|couldn't get version\/kind/,
  ],
]

/**
 * Everything else, most telling first: one text may have several. They are of Go's net, net/http, crypto/tls and crypto/x509, of
 * k8s.io/apiserver's pkg/util/webhook, pkg/util/proxy and pkg/server/egressselector, of konnectivity, and of EKS (`Address is not
 * allowed`: istio/istio#36702, aws/containers-roadmap#1215).
 */
const words: readonly (readonly [FaultKind, RegExp])[] = [
  ['address-not-allowed', /address is not allowed/i],
  ['no-endpoints', /no endpoints available for service|endpoints "[^"]*" not found/],
  ['service-port', /no service port \d+ found for service|service port \S+ not found/],
  ['service-type', /unsupported service type|cannot route to service/],
  ['service-not-found', /services? "[^"]*" not found/],
  ['not-yet-valid', /x509: certificate has expired or is not yet valid: current time \S+ is before/],
  ['expired', /x509: certificate has expired or is not yet valid: /],
  // Go up to 1.14 does not say which.
  ['dates', /x509: certificate has expired/],
  [
    'wrong-name',
    /x509: certificate is (?:valid for .*, not |valid for \d+ names|not valid for any names)|x509: cannot validate certificate for|relies on legacy Common Name/,
  ],
  ['unknown-authority', /certificate signed by unknown authority|unable to load root certificates/],
  ['unfit-certificate', /x509: |failed to parse certificate from server/],
  [
    'tunnel',
    /proxy error from \S+ while dialing|reading HTTP response from CONNECT|no agent available|dial timeout, (?:backstop|context)|tunnel (?:is )?closed|no SSH tunnels|konnectivity|error dialing backend/i,
  ],
  // What a proxy says to CONNECT stands behind the URL, and nothing behind it.
  [
    'proxy',
    /proxyconnect|socks connect|(?:Post|Get) "?https?:\/\/\S+: (?:Service Unavailable|Bad Gateway|Forbidden|Not Found|Proxy Authentication Required|Gateway Time-?out|Method Not Allowed|Internal Server Error|Unable to connect)\b/i,
  ],
  [
    'not-tls',
    /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|oversized record received/,
  ],
  ['refused', /connection refused/i],
  ['name-lookup', /no such host|server misbehaving|dial tcp: lookup |name resolution/],
  ['lost', /http2: client connection lost/],
  [
    'no-route',
    /no route to host|(?:network|host) is (?:unreachable|down)|connect: (?:operation not permitted|permission denied)/i,
  ],
  [
    'timeout',
    /i\/o timeout|deadline exceeded|Client\.Timeout|TLS handshake timeout|timeout awaiting|request canceled|context canceled|connection timed out|did not complete within|operation timed out|no answer within/i,
  ],
  [
    'broken',
    /\bEOF\b|connection reset by peer|broken pipe|server closed|GOAWAY|stream error|server connection lost|closed network connection|connection broken|\btls: /,
  ],
]

/** Who speaks first in a text has said it all: a policy may quote a failed call, a failed call an answer. */
const spoken =
  /failed calling (?:admission )?webhook "(?<called>[^"]*)"|admission webhook "(?<dry>[^"]*)" does not support dry run|admission webhook "(?<denied>[^"]*)" denied the request/

const url = /(?:Post|Get) "?https?:\/\/(\[[^\]\s]*\](?::\d+)?|[^/"\s:]+(?::\d+)?)/
const dialled = /dial tcp (?:\S+->)?(\[[0-9a-f:.%]+\]:\d+|[0-9.]+:\d+)/i

/** Texts of Events and of templates may be long. */
const longest = 600

/** Reads the text of a refusal or an Event; undefined if it tells of no failed call of a webhook. */
export function readCallFault(text: string): CallFault | undefined {
  const { called, dry } = spoken.exec(text)?.groups ?? {}
  const webhook = called ?? dry
  return webhook === undefined ? undefined : { ...readFault(text), webhook }
}

/** The same for texts that are about one connection anyway, such as those of the API server's proxy. */
export function readFault(text: string): CallFault {
  const kind = [...answers, ...words].find(([, word]) => word.test(text))?.[0] ?? 'other'
  const short = text.replace(/\s+/g, ' ').trim()
  return {
    kind,
    webhook: '',
    host: url.exec(text)?.[1] ?? '',
    address: dialled.exec(text)?.[1] ?? '',
    text: short.length > longest ? `${short.slice(0, longest - 1)}…` : short,
  }
}

/** The webhook that has answered and said no; undefined if none has. */
export function deniedBy(text: string): string | undefined {
  return spoken.exec(text)?.groups?.['denied']
}

/** Somebody after the injectors who does not admit the pod: a validating webhook, or a ValidatingAdmissionPolicy. */
export function refusedBy(text: string): string | undefined {
  return deniedBy(text) ?? /ValidatingAdmissionPolicy '([^']*)'/.exec(text)?.[1]
}

/** Whether a refusal is about what a sidecar brings along; others are about the pod that was sent. */
export function isAboutSidecar(text: string): boolean {
  return /istio-|sidecar|NET_ADMIN|NET_RAW|init ?container/i.test(text)
}

/** A patch of a webhook that cannot be applied: the API server does not say whose (mutating/dispatcher.go). */
export function isFailedPatch(text: string): boolean {
  return /^Internal error occurred: (?!failed calling).*(?:operation does not apply|operation not supported|testing value|doc is missing|unable to (?:find|remove)|json: cannot unmarshal|ReadString|strict decoding|invalid index|Unexpected kind)/i.test(
    text,
  )
}
