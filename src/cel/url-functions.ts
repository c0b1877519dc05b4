import { hostname, parseUrl, type Url } from '../golang/url.ts'
import { CelFailure, CelNotKnown } from './errors.ts'
import { ofTexts, table, type CelFunction } from './table.ts'
import { listOf, objectOf, type UrlValue, type Value } from './value.ts'

/** Kubernetes' URLs (k8s.io/apiserver/pkg/cel/library/urls.go). */
export const urlFunctions = table({
  url: ofTexts(1, (text = '') => {
    read(text)
    return { kind: 'url', text }
  }),
  isURL: ofTexts(1, (text = '') => {
    try {
      return read(text) !== undefined
    } catch (error) {
      if (error instanceof CelFailure) return false
      throw error
    }
  }),
})

export const urlMethods = table({
  getScheme: ofUrl(({ scheme }) => scheme),
  getHost: ofUrl(({ host }) => host),
  getHostname: ofUrl(({ host }) => hostname(host)),
  getPort: ofUrl(({ host }) => /:([0-9]+)$/.exec(host.slice(host.lastIndexOf(']') + 1))?.[1] ?? ''),
  getEscapedPath: ofUrl((_, text) => {
    const path = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/[^/?]*)?(\/[^?]*)?(?:\?|$)/.exec(text)?.[1] ?? ''
    if (/^[\w\-.~/%!$&'()*+,;=:@]*$/.test(path)) return path
    throw new CelNotKnown('a path with characters that are to be escaped')
  }),
  getQuery: ofUrl(({ query }) => queryOf(query)),
})

function ofUrl(call: (url: Url, text: string) => Value): CelFunction {
  return (url, more) => (isUrl(url) && more === undefined ? call(read(url.text), url.text) : undefined)
}

function isUrl(value: Value | undefined): value is UrlValue {
  return typeof value === 'object' && value?.kind === 'url'
}

/** url.ParseRequestURI: absolute, or a path. Throws CelFailure. */
function read(text: string): Url {
  // Go reads these twice, in two ways.
  if (text.includes('#')) throw new CelNotKnown('a URL with a fragment')
  const url = parsed(text)
  if (url.scheme === '' && !text.startsWith('/') && text !== '*')
    throw new CelFailure('invalid URI for request')
  return url
}

function parsed(text: string): Url {
  try {
    return parseUrl(text)
  } catch (cause) {
    throw new CelFailure(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** url.ParseQuery: what cannot be read is left out. */
function queryOf(query: string): Value {
  const values = new Map<string, string[]>()
  for (const pair of query.split('&').filter((pair) => pair !== '' && !pair.includes(';'))) {
    const mark = pair.indexOf('=')
    const key = unescape(mark < 0 ? pair : pair.slice(0, mark))
    const value = unescape(mark < 0 ? '' : pair.slice(mark + 1))
    if (key === undefined || value === undefined) continue
    values.set(key, [...(values.get(key) ?? []), value])
  }
  return objectOf(Array.from(values, ([key, list]) => [key, listOf(list)]))
}

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined
    throw new CelNotKnown('a query that is no UTF-8', { cause: error })
  }
}
