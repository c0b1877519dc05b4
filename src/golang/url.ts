/** Go's net/url: reading and writing URLs. */
import { addressFault } from './address.ts'
import { quote } from './quote.ts'
import { escapeUrl, unescapeUrl } from './url-escape.ts'

/** A URL in its parts, escapes read but in `opaque` and `query`. */
export interface Url {
  readonly scheme: string
  readonly opaque: string
  readonly user: Userinfo | undefined
  /** With the port: `example.com:80`, `[::1]`. */
  readonly host: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

export interface Userinfo {
  readonly name: string
  readonly password: string | undefined
}

const controlCharacter = /[\0-\x1f\x7f]/
const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/
const userinfoCharacters = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/

/** url.Parse. Throws an Error with Go's message: `parse "http://[": missing ']' in host`. */
export function parseUrl(text: string): Url {
  const hash = text.indexOf('#')
  const before = hash < 0 ? text : text.slice(0, hash)
  const url = blaming(before, () => parseWithoutFragment(before))
  if (hash < 0) return url
  return blaming(text, () => ({ ...url, fragment: unescapeUrl(text.slice(hash + 1), 'fragment') }))
}

/** URL.String of a URL that was not read but put together from its parts. */
export function formatUrl(url: Url): string {
  const { scheme, user, host } = url
  let text = scheme === '' ? '' : `${scheme}:`
  if (url.opaque === '') {
    const hasAuthority = scheme !== '' || host !== '' || user !== undefined
    if (hasAuthority && (host !== '' || url.path !== '' || user !== undefined)) text += '//'
    if (user !== undefined) text += `${formatUserinfo(user)}@`
    text += escapeUrl(host, 'host') + formatPath(url.path, host !== '', text + host === '')
  } else {
    text += url.opaque
  }
  if (url.query !== '') text += `?${url.query}`
  return url.fragment === '' ? text : `${text}#${escapeUrl(url.fragment, 'fragment')}`
}

/** Userinfo.String: `name`, `name:password`. */
export function formatUserinfo({ name, password }: Userinfo): string {
  const escaped = escapeUrl(name, 'userinfo')
  return password === undefined ? escaped : `${escaped}:${escapeUrl(password, 'userinfo')}`
}

/** URL.Hostname: the host without port and brackets. */
export function hostname(host: string): string {
  const colon = host.lastIndexOf(':')
  const name = colon >= 0 && isOptionalPort(host.slice(colon)) ? host.slice(0, colon) : host
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name
}

function blaming(text: string, parse: () => Url): Url {
  try {
    return parse()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`parse ${quote(text)}: ${message}`, { cause })
  }
}

function parseWithoutFragment(text: string): Url {
  if (controlCharacter.test(text)) throw new Error('net/url: invalid control character in URL')
  if (text.startsWith(':')) throw new Error('missing protocol scheme')
  const name = scheme.exec(text)?.[1] ?? ''
  const afterScheme = name === '' ? text : text.slice(name.length + 1)
  const mark = afterScheme.indexOf('?')
  const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark)
  const query = mark < 0 ? '' : afterScheme.slice(mark + 1)
  const url = {
    scheme: name.toLowerCase(),
    opaque: '',
    user: undefined,
    host: '',
    path: '',
    query,
    fragment: '',
  }
  if (!rest.startsWith('/')) {
    if (name !== '') return { ...url, opaque: rest }
    if (firstSegment(rest).includes(':')) throw new Error('first path segment in URL cannot contain colon')
  }
  const hasAuthority = rest.startsWith('//') && (name !== '' || !rest.startsWith('///'))
  if (!hasAuthority) return { ...url, path: unescapeUrl(rest, 'path') }
  const slash = rest.indexOf('/', 2)
  const end = slash < 0 ? rest.length : slash
  const authority = parseAuthority(url.scheme, rest.slice(2, end))
  return { ...url, ...authority, path: unescapeUrl(rest.slice(end), 'path') }
}

function parseAuthority(scheme: string, text: string): Pick<Url, 'user' | 'host'> {
  const at = text.lastIndexOf('@')
  const host = parseHost(scheme, text.slice(at + 1))
  if (at < 0) return { user: undefined, host }
  const userinfo = text.slice(0, at)
  if (!userinfoCharacters.test(userinfo)) throw new Error('net/url: invalid userinfo')
  const colon = userinfo.indexOf(':')
  if (colon < 0) return { user: { name: unescapeUrl(userinfo, 'userinfo'), password: undefined }, host }
  const name = unescapeUrl(userinfo.slice(0, colon), 'userinfo')
  return { user: { name, password: unescapeUrl(userinfo.slice(colon + 1), 'userinfo') }, host }
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) throw new Error('invalid IP-literal')
  if (bracket === 0) return parseLiteral(host)
  const isStrict = scheme === 'http' || scheme === 'https'
  const colon = isStrict ? host.indexOf(':') : host.lastIndexOf(':')
  if (colon >= 0) checkPort(host.slice(colon))
  return unescapeUrl(host, 'host')
}

/** `[fe80::1%25en0]:80`: an address of version 6, with its zone escaped. */
function parseLiteral(host: string): string {
  const close = host.lastIndexOf(']')
  if (close < 0) throw new Error("missing ']' in host")
  const port = host.slice(close + 1)
  checkPort(port)
  const name = host.slice(1, close)
  const zone = name.indexOf('%25')
  const address =
    zone < 0
      ? unescapeUrl(name, 'host')
      : unescapeUrl(name.slice(0, zone), 'host') + unescapeUrl(name.slice(zone), 'zone')
  const fault = addressFault(address)
  if (fault !== undefined) throw new Error(`invalid host: ${fault}`)
  if (!address.includes(':')) throw new Error('invalid IP-literal')
  return `[${address}]${port}`
}

function checkPort(port: string): void {
  if (!isOptionalPort(port)) throw new Error(`invalid port ${quote(port)} after host`)
}

function isOptionalPort(port: string): boolean {
  return port === '' || /^:[0-9]*$/.test(port)
}

function formatPath(path: string, hasHost: boolean, isFirst: boolean): string {
  const escaped = path === '*' ? '*' : escapeUrl(path, 'path')
  if (escaped !== '' && !escaped.startsWith('/') && hasHost) return `/${escaped}`
  // What stands before a colon would be taken for a scheme.
  return isFirst && firstSegment(escaped).includes(':') ? `./${escaped}` : escaped
}

function firstSegment(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? path : path.slice(0, slash)
}
