import type { GoFunction } from '../../gotemplate/index.ts'
import { parseJson } from '../../golang/parse-json.ts'
import { isObject, type Json } from '../../schema/index.ts'
import { fn } from '../define.ts'
import type { IstioFunctionOptions } from './options.ts'

/** Functions over Multus' networks. */
export function networkFunctions(options: IstioFunctionOptions): [string, GoFunction][] {
  return [
    [
      'appendMultusNetwork',
      fn(['string', 'string'], (existing, network) => append(existing, network, options)),
    ],
  ]
}

/**
 * Adds a network to the annotation k8s.v1.cni.cncf.io/networks, a list by commas or a JSON list, unless it is there.
 * The JSON text is added to by hand before its last bracket, so that the rest of it stays as it was.
 */
function append(existing: string, network: string, options: IstioFunctionOptions): string {
  if (existing === '') return network
  if (!existing.includes(']')) {
    return existing.split(',').some((item) => item.trim() === network) ? existing : `${existing}, ${network}`
  }
  const networks = parseNetworks(existing)
  if (networks === undefined) return existing
  const [namespace, name] = options.multusNamespaces ? split(network) : ['', network]
  const isThere = networks.some((item) => item.name === name && item.namespace === namespace)
  if (isThere) return existing
  const bracket = existing.lastIndexOf(']')
  const entry = namespace === '' ? `{"name": "${name}"}` : `{"name": "${name}", "namespace": "${namespace}"}`
  return `${existing.slice(0, bracket)}, ${entry}${existing.slice(bracket)}`
}

function split(network: string): [namespace: string, name: string] {
  const slash = network.indexOf('/')
  return slash < 0 ? ['', network] : [network.slice(0, slash), network.slice(slash + 1)]
}

interface Network {
  readonly name: string
  readonly namespace: string
}

function parseNetworks(text: string): Network[] | undefined {
  let json: Json
  try {
    json = parseJson(text)
  } catch {
    return undefined // the annotation is the user's text, and stays as it is
  }
  if (!Array.isArray(json)) return undefined
  return json.map((item: Json) => ({ name: member(item, 'name'), namespace: member(item, 'namespace') }))
}

function member(item: Json, key: string): string {
  const value = isObject(item) ? item[key] : undefined
  return typeof value === 'string' ? value : ''
}
