import { isList, isObject, listAt, stringsAt, type Json, type JsonObject } from '../injection/json.ts'
import { holds } from '../istio/history.ts'
import type { Note } from './change.ts'
import { variable, type Evidence } from './evidence.ts'

/** The group that the sidecar runs as. */
const proxyGroup = 1337

/** The pod's spec without the settings of the whole pod that an injector made: securityContext and dnsConfig. */
export function withoutPodSettings(spec: JsonObject, evidence: Evidence, note: Note): JsonObject {
  return withoutDns(withoutSecurity(spec, evidence, note), evidence, note)
}

function withoutSecurity(spec: JsonObject, evidence: Evidence, note: Note): JsonObject {
  const context = spec['securityContext']
  if (!isObject(context)) return spec
  const injected = new Set([
    ...(context['fsGroup'] === proxyGroup && setsGroup(evidence) ? ['fsGroup'] : []),
    ...(isGatewaySetting(context['sysctls']) && setsPorts(evidence) ? ['sysctls'] : []),
  ])
  if (injected.size === 0) return spec
  for (const field of injected) note({ action: 'removed', place: `spec.securityContext.${field}` })
  const kept = Object.entries(context).filter(([field]) => !injected.has(field))
  const { securityContext: _context, ...rest } = spec
  return kept.length === 0 ? rest : { ...rest, securityContext: Object.fromEntries(kept) }
}

/**
 * Whether the release makes the pod's files its sidecar's, so that Envoy can read its token: up to 1.5 with SDS only,
 * until 1.14 by default.
 */
function setsGroup({ release, status, sidecar }: Evidence): boolean {
  if (sidecar === undefined || holds('1.15', release)) return false
  return (
    holds('1.6', release) || status.volumes.some((name) => name === 'istio-token' || name.startsWith('sds'))
  )
}

/**
 * From 1.20.8 the gateway template lets Envoy, which is not root, bind low ports; without its image's tag a pod of then
 * looks like one of 1.19.
 */
function setsPorts({ release, sidecar }: Evidence): boolean {
  return sidecar !== undefined && stringsAt(sidecar, 'args')[1] === 'router' && holds('1.19', release)
}

function isGatewaySetting(sysctls: Json | undefined): boolean {
  if (!isList(sysctls) || sysctls.length !== 1) return false
  const [setting] = sysctls
  return (
    isObject(setting) && setting['name'] === 'net.ipv4.ip_unprivileged_port_start' && setting['value'] === '0'
  )
}

/** Up to 1.7 templates wrote a whole dnsConfig of the mesh's search domains, and in 1.7 ndots for its DNS proxy. */
function withoutDns(spec: JsonObject, evidence: Evidence, note: Note): JsonObject {
  const dns = spec['dnsConfig']
  if (!isObject(dns) || evidence.form !== 'lists' || !isMeshDns(dns, evidence)) return spec
  note({ action: 'removed', place: 'spec.dnsConfig' })
  const { dnsConfig: _dns, ...rest } = spec
  return rest
}

function isMeshDns(dns: JsonObject, evidence: Evidence): boolean {
  const { searches: _searches, options: _options, ...others } = dns
  const searches = stringsAt(dns, 'searches')
  const options = listAt(dns, 'options')
  const isOwn = Object.keys(others).length > 0 || searches.length + options.length === 0
  if (isOwn || !searches.every((search) => search === 'global' || search.endsWith('.global'))) return false
  return options.length === 0 || variable(evidence, 'ISTIO_META_DNS_CAPTURE') !== undefined
}
