import { isIP } from 'node:net'
import type { PageRequest } from '../server/page.ts'

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 403 | 405 | 415
  readonly message: string
}

/**
 * Who may ask: this machine and `kubectl port-forward`, by a name that no stranger can point here (DNS rebinding), and
 * whoever comes by one of `hosts`; never a page of another origin. What is asked changes nothing, and takes JSON only,
 * which other origins cannot send unasked.
 */
export function refusalOf(request: PageRequest, hosts: ReadonlySet<string>): Refusal | undefined {
  const { method, headers } = request
  const host = headers.host ?? ''
  const name = nameOf(host)
  if (!hosts.has(name)) {
    if (!request.isLocal) return refusal(403, notLocal)
    if (!isOwnName(name))
      return refusal(403, `this page is not known as ${JSON.stringify(host.slice(0, 200))}${otherNames}`)
  }
  const site = headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') {
    // A link on another page may lead here; nothing else of it may.
    const isLink = method === 'GET' && headers['sec-fetch-mode'] === 'navigate'
    if (!isLink) return refusal(403, 'pages of other origins may not ask')
  }
  if (method === 'GET') return undefined
  if (method !== 'POST') return refusal(405, 'only GET and POST')
  if (!isSameOrigin(headers.origin, host)) return refusal(403, 'pages of other origins may not ask')
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1)
  if (type.trim().toLowerCase() !== 'application/json') return refusal(415, 'only application/json')
  return undefined
}

const notLocal =
  'the review page answers this machine and `kubectl port-forward` only; --reviewPageHosts names the hosts by which ' +
  'others may come'
const otherNames = '; open it as localhost, or name the host by --reviewPageHosts'

function refusal(status: Refusal['status'], message: string): Refusal {
  return { status, message }
}

/** `localhost` of `localhost:8080`, `::1` of `[::1]:8080`. */
function nameOf(host: string): string {
  const bare = host.replace(/:\d+$/, '').toLowerCase()
  return bare.startsWith('[') && bare.endsWith(']') ? bare.slice(1, -1) : bare
}

/** Names that resolve to this machine everywhere (RFC 6761), and addresses, which nothing has to resolve. */
function isOwnName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0
}

/** Browsers send it with every POST; other clients need not. Behind a proxy the scheme may be another one. */
function isSameOrigin(origin: string | undefined, host: string): boolean {
  if (origin === undefined) return true
  return origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase()
}
