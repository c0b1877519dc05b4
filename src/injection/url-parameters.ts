import type { Traits } from '../istio/traits.ts'

/** Environment variables that the webhook's URL gives to the sidecar, by name; `cluster` and `net` have their own names. */
export type UrlVariables = ReadonlyMap<string, string>

const names: ReadonlyMap<string, string> = new Map([
  ['cluster', 'ISTIO_META_CLUSTER_ID'],
  ['net', 'ISTIO_META_NETWORK'],
])

/**
 * Reads what follows `/inject` in the URL, e.g. `/cluster/c1/net/n1`, or `/:ENV:cluster=c1:ENV:net=n1` (from 1.10).
 * Values may hold `--slash--` for `/` from 1.15.
 */
export function urlVariables(path: string, traits: Traits): UrlVariables {
  if (path === '' || path === '/') return none
  if (traits.url.form === 'positions') return byPosition(path)
  return traits.url.form === 'pairs' ? byPair(path, traits) : none
}

const none: UrlVariables = new Map()

/** Up to 1.7 the last part is the network and the third from the end the cluster, whatever stands between. */
function byPosition(path: string): UrlVariables {
  const parts = path.split('/')
  // Istio counts the parts of the whole path, `/inject` included: five at least.
  if (parts.length < 4) return none
  const variables = new Map<string, string>()
  const [cluster = '', network = ''] = [parts.at(-3), parts.at(-1)]
  if (cluster !== '') variables.set('ISTIO_META_CLUSTER_ID', cluster)
  if (network !== '') variables.set('ISTIO_META_NETWORK', network)
  return variables
}

const listMark = ':ENV:'

function byPair(path: string, traits: Traits): UrlVariables {
  const text = path.replace(/^\//, '').replace(/\/$/, '')
  const variables = new Map<string, string>()
  for (const [key, value] of traits.url.lists && text.startsWith(listMark)
    ? listed(text)
    : slashed(text, traits)) {
    if (key !== '') variables.set(names.get(key) ?? key.toUpperCase(), value)
  }
  return variables
}

/** A value may be empty here. */
function listed(text: string): [string, string][] {
  return text
    .split(listMark)
    .filter((item) => item.includes('='))
    .map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)])
}

function slashed(text: string, traits: Traits): [string, string][] {
  const parts = text.split('/')
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const value = parts[index + 1] ?? ''
    if (value === '') continue
    pairs.push([parts[index] ?? '', traits.url.slashes ? value.replaceAll('--slash--', '/') : value])
  }
  return pairs
}
