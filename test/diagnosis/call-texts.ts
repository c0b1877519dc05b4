/** What API servers of Kubernetes 1.9 to 1.37 write of webhook calls that fail, and the cause that it is. */
import type { Observations } from '../../src/diagnosis/observations.ts'
import { probe, serverName } from './made.ts'

export interface CallText {
  /** Behind the URL, or in its place. */
  readonly reason: string
  readonly cause: string
  /** What else is seen, beside a healthy cluster. */
  readonly seen?: Partial<Observations>
}

const silence = { value: { reached: false, ms: 4000, error: 'no answer within 4 s' } } as const
const silent: Partial<Observations> = {
  endpoints: [
    probe('a', '10.0.27.20', { byApiServer: silence }),
    probe('b', '10.0.27.21', { byApiServer: silence }),
  ],
}

function blocked(reason: string): CallText {
  return { reason, cause: 'port-blocked', seen: silent }
}

function is(cause: string): (reason: string) => CallText {
  return (reason) => ({ reason, cause })
}

/** Errors of a connection: net/http puts method and URL before them. */
export const errors: readonly CallText[] = [
  ...[
    'context deadline exceeded',
    'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'net/http: TLS handshake timeout',
    'net/http: timeout awaiting response headers',
    'dial tcp 10.0.27.20:9443: i/o timeout',
    'dial tcp 10.0.27.20:9443: connect: connection timed out',
    'dial tcp [2001:db8::27:20]:9443: i/o timeout',
    'read tcp 10.0.1.9:51234->10.0.27.20:9443: read: connection timed out',
    'ssh: rejected: connect failed (Connection timed out)',
  ].map(blocked),
  ...[
    'dial tcp 10.0.27.20:9443: connect: connection refused',
    'dial tcp 10.0.27.20:9443: getsockopt: connection refused',
    'dial tcp [2001:db8::27:20]:9443: connect: connection refused',
    'ssh: rejected: connect failed (Connection refused)',
  ].map(is('port-closed')),
  ...[
    'dial tcp 10.0.27.20:9443: connect: no route to host',
    'dial tcp 10.0.27.20:9443: getsockopt: no route to host',
    'dial tcp [2001:db8::27:20]:9443: connect: network is unreachable',
    'dial tcp 10.0.27.20:9443: connect: host is down',
    'dial tcp 10.0.27.20:9443: connect: operation not permitted',
    'ssh: rejected: connect failed (No route to host)',
  ].map(is('no-route')),
  // aws-node is there, so that it is a block of the VPC which is not known.
  ...['Address is not allowed', 'address is not allowed'].map(is('custom-networking')),
  ...[
    'x509: certificate signed by unknown authority',
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "ours")',
    'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "serial:1")',
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "ours")',
  ].map(is('ca-bundle-wrong')),
  ...[
    'x509: certificate has expired or is not yet valid',
    'x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is after 2026-11-14T10:00:00Z',
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is after 2026-11-14T10:00:00Z',
    'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is after 2026-11-14T10:00:00Z" while trying to verify candidate authority certificate "ours")',
  ].map(is('certificate-expired')),
  ...[
    'x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is before 2026-11-26T10:00:00Z',
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z is before 2026-11-26T10:00:00Z',
  ].map(is('certificate-not-yet-valid')),
  ...[
    `x509: certificate is valid for web.default.svc, not ${serverName}`,
    `x509: certificate is valid for a.svc, b.svc, not ${serverName}`,
    `tls: failed to verify certificate: x509: certificate is valid for 120 names, but none matched ${serverName}`,
    `x509: certificate is not valid for any names, but wanted to match ${serverName}`,
    'x509: certificate relies on legacy Common Name field, use SANs or temporarily enable Common Name matching with GODEBUG=x509ignoreCN=0',
    'x509: certificate relies on legacy Common Name field, use SANs instead',
    "x509: cannot validate certificate for 10.0.27.20 because it doesn't contain any IP SANs",
  ].map(is('certificate-name')),
  ...[
    'x509: certificate specifies an incompatible key usage',
    'tls: failed to verify certificate: x509: certificate is not authorized to sign other certificates',
    'x509: cannot verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)',
    'x509: too many intermediates for path length constraint',
    'tls: failed to parse certificate from server: x509: negative serial number',
  ].map(is('certificate-unfit')),
  ...[
    'no endpoints available for service "eks-sidecar-injector"',
    'endpoints "eks-sidecar-injector" not found',
  ].map(is('no-endpoints')),
  ...[
    'no service port 443 found for service "eks-sidecar-injector"',
    'unsupported service type "ExternalName"',
    'cannot route to service with ClusterIP "None"',
  ].map(is('service-port')),
  ...[
    'proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
    'proxyconnect tcp: dial tcp: lookup proxy.corp on 10.0.0.2:53: no such host',
    'proxyconnect tcp: EOF',
    'proxyconnect tcp: tls: first record does not look like a TLS handshake',
    'Service Unavailable',
    'Bad Gateway',
    'Gateway Timeout',
    'Forbidden',
    'Proxy Authentication Required',
    'Unable to connect',
  ].map(is('api-server-proxy')),
  ...[
    'No agent available',
    'proxy error from 127.0.0.1:6443 while dialing 10.0.27.20:9443, code 502: 502 Bad Gateway',
    'proxy error from 127.0.0.1:8090 while dialing 10.0.27.20:9443, code 503: 503 Service Unavailable',
    'reading HTTP response from CONNECT to 10.0.27.20:9443 via proxy 127.0.0.1:8131 failed: unexpected EOF',
    'dial timeout, backstop',
    'No SSH tunnels currently open. Were the targets able to accept an ssh-key for user "gke-1"?',
  ].map(is('tunnel-broken')),
  ...[
    'dial tcp: lookup injector.example.com on 10.0.0.2:53: no such host',
    'dial tcp: lookup injector.example.com on 10.0.0.2:53: server misbehaving',
    'dial tcp: lookup injector.example.com on 10.0.0.2:53: read udp 10.0.0.9:41:53->10.0.0.2:53: i/o timeout',
  ].map(is('name-unresolved')),
  ...[
    'EOF',
    'unexpected EOF',
    'read tcp 10.0.1.9:443->10.0.27.20:9443: read: connection reset by peer',
    'write tcp 10.0.1.9:443->10.0.27.20:9443: write: broken pipe',
    'http: server closed idle connection',
    'http2: server sent GOAWAY and closed the connection; LastStreamID=1999, ErrCode=NO_ERROR, debug=""',
    'stream error: stream ID 7; INTERNAL_ERROR; received from peer',
    'net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x12"',
    'remote error: tls: handshake failure',
    'remote error: tls: certificate required',
    'remote error: tls: bad certificate',
    'tls: server selected unsupported protocol version 301',
    'use of closed network connection',
  ].map(is('connection-broken')),
  ...[
    'http: server gave HTTP response to HTTPS client',
    'tls: first record does not look like a TLS handshake',
    'tls: oversized record received with length 20527',
  ].map(is('not-tls')),
  { reason: 'http2: client connection lost', cause: 'dead-connections' },
  { reason: 'the moon is in the wrong house', cause: 'call-failed' },
]

/** Answers that were no good: nothing of the URL is said. */
export const answers: readonly CallText[] = [
  ...[
    'the server rejected our request for an unknown reason',
    'the server rejected our request due to an error in our request',
    'the server has asked for the client to provide credentials',
    'the server does not allow this method on the requested resource',
    'the server is currently unable to handle the request',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
    'the server has received too many requests and has asked us to try again later',
    'the server responded with the status code 413 but did not return more information',
    'an error on the server ("Internal Server Error") has prevented the request from succeeding',
    'an error on the server ("upstream connect error or disconnect/reset before headers. reset reason: connection refused") has prevented the request from succeeding',
    'an error on the server ("dial tcp 10.0.0.1:80: i/o timeout") has prevented the request from succeeding',
    // The path is one that our server has.
    'the server could not find the requested resource',
    "couldn't get version/kind; json parse error: invalid character 'p' after top-level value",
    'the object provided is unrecognized (must be of type AdmissionReview): couldn\'t get version/kind; json parse error: unexpected end of JSON input ("")',
    'no kind "AdmissionReview" is registered for version "admission.k8s.io/v2" in scheme "k8s.io/apiserver"',
  ].map(is('answer-unusable')),
  ...[
    'an error on the server ("<html><head><title>503 Service Unavailable</title></head></html>") has prevented the request from succeeding',
    '<!DOCTYPE html><title>Unable to connect</title>',
  ].map(is('api-server-proxy')),
]

/** What stands before its own words, since there is nothing that was called. */
export const bare: readonly CallText[] = [
  ...[
    'could not get REST client: unable to load root certificates: unable to parse bytes as PEM block',
    'could not get REST client: unable to load root certificates: no valid certificate authority data seen',
  ].map(is('ca-bundle-wrong')),
  ...[
    'received invalid webhook response: expected response.uid="1", got ""',
    'received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=',
    'received invalid webhook response: webhook response was absent',
    'received invalid webhook response: webhook returned response.patch but not response.patchType',
    'received undecodable patch in webhook response: invalid character',
    'unsupported patch type "Strategic"',
  ].map(is('answer-unusable')),
]

export interface Called {
  readonly name: string
  /** Without the port. */
  readonly host: string
}

type Write = (reason: string, called: Called) => string

/** A failed call by version of the API server. */
export const writers: Readonly<Record<string, Write>> = {
  '1.9 to 1.12': (reason, { name, host }) =>
    `Internal error occurred: failed calling admission webhook "${name}": Post https://${host}:443/inject?timeout=30s: ${reason}`,
  '1.13 to 1.18': (reason, { name, host }) =>
    `Internal error occurred: failed calling webhook "${name}": Post https://${host}:443/inject?timeout=30s: ${reason}`,
  '1.19 to 1.20': (reason, { name, host }) =>
    `Internal error occurred: failed calling webhook "${name}": Post "https://${host}:443/inject?timeout=10s": ${reason}`,
  '1.21 and later': (reason, { name, host }) =>
    `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://${host}:443/inject?timeout=10s": ${reason}`,
}

/** The same where nothing of the call is told. */
export const bareWriters: Readonly<Record<string, Write>> = {
  '1.9 to 1.12': (reason, { name }) =>
    `Internal error occurred: failed calling admission webhook "${name}": ${reason}`,
  '1.13 to 1.20': (reason, { name }) =>
    `Internal error occurred: failed calling webhook "${name}": ${reason}`,
  '1.21 and later': (reason, { name }) =>
    `Internal error occurred: failed calling webhook "${name}": failed to call webhook: ${reason}`,
}
