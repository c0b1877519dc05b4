import { plain } from '../cluster/eks-name.ts'
import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import { numberAt } from '../diagnosis/members.ts'
import type { CanaryResult, MetricsChange, Observations } from '../diagnosis/observations.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { object, probeOf, seenOf } from './recorded-probe.ts'

/**
 * What `doctor --record` has written, read again, which may have been in many hands: undefined for what is no record. Parts that are not as they are
 * written today, as in one of another version, count as not looked at.
 */
export function readRecorded(json: Json): Observations | undefined {
  const at = textAt(json, 'at')
  const canary = readCanary(objectAt(json, 'canary'))
  if (!isObject(json) || at === undefined || Number.isNaN(Date.parse(at)) || canary === undefined)
    return undefined
  const { failure } = json
  const control = readCanary(objectAt(json, 'control'))
  const plainMs = numberAt(json, 'plainMs')
  const asked = objectAt(json, 'asked')
  const services = Object.entries(objectAt(json, 'services')).map(
    ([name, part]) => [name, seenOf(part, objectOrNull)] as const,
  )
  return {
    at,
    server: textAt(json, 'server') ?? '',
    eks: isObject(json['eks']) ? eksOf(json['eks']) : undefined,
    place: json['place'] === 'in-cluster' ? 'in-cluster' : 'outside',
    asked: {
      namespace: textAt(asked, 'namespace'),
      istioNamespace: textAt(asked, 'istioNamespace'),
      configuration: textAt(asked, 'configuration'),
    },
    ...(isObject(failure)
      ? { failure: { code: textAt(failure, 'code') ?? '', message: textAt(failure, 'message') ?? '' } }
      : {}),
    version: seenOf(json['version'], object),
    admissionApi: seenOf(json['admissionApi'], objectOrNull),
    configurations: seenOf(json['configurations'], objects),
    namespaces: seenOf(json['namespaces'], objects),
    nodes: seenOf(json['nodes'], objects),
    daemonSets: seenOf(json['daemonSets'], objects),
    services: Object.fromEntries(services),
    endpointSlices: seenOf(json['endpointSlices'], objects),
    pods: seenOf(json['pods'], objects),
    deployments: seenOf(json['deployments'], objects),
    networkPolicies: seenOf(json['networkPolicies'], objects),
    securityGroupPolicies: seenOf(json['securityGroupPolicies'], objects),
    eniConfigs: seenOf(json['eniConfigs'], objects),
    configMaps: seenOf(json['configMaps'], objects),
    events: seenOf(json['events'], objects),
    metrics: seenOf(json['metrics'], metricsOf),
    canary,
    ...(control === undefined ? {} : { control }),
    ...(plainMs === undefined ? {} : { plainMs }),
    endpoints: listAt(json, 'endpoints').flatMap(probeOf),
  }
}

function objectOrNull(value: Json): JsonObject | null | undefined {
  return value === null ? null : object(value)
}

function objects(value: Json): readonly JsonObject[] | undefined {
  return isList(value) ? value.filter((each) => isObject(each)) : undefined
}

function eksOf(eks: JsonObject): Observations['eks'] {
  return { cluster: plain(textAt(eks, 'cluster')), region: plain(textAt(eks, 'region')) }
}

function readCanary(canary: JsonObject): CanaryResult | undefined {
  const { kind, status } = canary
  if (kind === 'not-sent') return { kind, why: textAt(canary, 'why') ?? '' }
  const sent = {
    namespace: textAt(canary, 'namespace') ?? '',
    nonce: textAt(canary, 'nonce') ?? '',
    sent: objectAt(canary, 'sent'),
    ms: numberAt(canary, 'ms') ?? 0,
  }
  if (kind === 'admitted') return { kind, ...sent, pod: objectAt(canary, 'pod') }
  if (kind !== 'refused') return undefined
  const message = textAt(canary, 'message') ?? ''
  return { kind, ...sent, status: typeof status === 'number' ? status : undefined, message }
}

function metricsOf(value: Json): MetricsChange | undefined {
  const servers = numberAt(value, 'servers')
  if (servers === undefined) return undefined
  const series = listAt(value, 'series').map((each) => ({
    name: textAt(each, 'name') ?? '',
    labels: textsOf(objectAt(each, 'labels')),
    after: numberAt(each, 'after') ?? 0,
    change: numberAt(each, 'change') ?? 0,
  }))
  return { servers, series }
}

function textsOf(labels: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  )
}
