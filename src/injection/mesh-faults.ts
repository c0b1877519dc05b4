import { isIP } from 'node:net'
import { formatDuration, parseDuration } from '../golang/duration.ts'
import type { Traits } from '../istio/traits.ts'
import { isObject, objectAt, stringAt, type Json, type JsonObject } from './json.ts'

const second = 1_000_000_000n
const millisecond = 1_000_000n
const hour = 3600n * second

/** What Istio refuses in a mesh config, in its own words; none if it is fine. */
export function meshFaults(config: JsonObject, traits: Traits): string[] {
  return [
    ...portFault('invalid proxy listen port', config['proxyListenPort']),
    ...timeoutFault('invalid connect timeout', config['connectTimeout']),
    ...proxyConfigFaults(objectAt(config, 'defaultConfig'), traits),
  ]
}

/** What Istio refuses in a ProxyConfig, be it the mesh's or a pod's. */
export function proxyConfigFaults(config: JsonObject, traits: Traits): string[] {
  return [
    ...requiredFault('config path', config['configPath']),
    ...requiredFault('binary path', config['binaryPath']),
    ...requiredFault('service cluster', config['serviceCluster'] ?? config['tracingServiceName']),
    ...(traits.mesh.checksDrain ? drainFaults(config) : drainFault(config['drainDuration'])),
    ...discoveryFaults(config['discoveryAddress']),
    ...(traits.mesh.checksZipkinAddress
      ? addressFault('invalid zipkin address', config['zipkinAddress'])
      : []),
    ...tracingFaults(objectAt(config, 'tracing')),
    ...timeoutFault('invalid connect timeout', config['connectTimeout']),
    ...quotedFault('invalid statsd udp address', config['statsdUdpAddress']),
    ...quotedFault('invalid envoy metrics service address', config['envoyMetricsServiceAddress']),
    ...quotedFault(
      'invalid envoy metrics service address',
      objectAt(config, 'envoyMetricsService')['address'],
    ),
    ...quotedFault(
      'invalid envoy access log service address',
      objectAt(config, 'envoyAccessLogService')['address'],
    ),
    ...portFault('invalid proxy admin port', config['proxyAdminPort']),
    ...(traits.mesh.checksStatusPort ? portFault('invalid status port', config['statusPort']) : []),
  ]
}

function requiredFault(name: string, value: Json | undefined): string[] {
  return value === '' ? [`${name} must be set`] : []
}

function portFault(label: string, value: Json | undefined): string[] {
  if (typeof value !== 'number' || (value >= 1 && value <= 65535)) return []
  return [`${label}: port number ${value} must be in the range 1..65535`]
}

function timeoutFault(label: string, value: Json | undefined): string[] {
  if (typeof value !== 'string') return []
  const timeout = parseDuration(value)
  const fault = durationFault(timeout)
  if (fault !== undefined) return [`${label}: ${fault}`]
  return timeout > 30n * second ? [`${label}: time ${formatDuration(timeout)} must be >1ms and <30s`] : []
}

function durationFault(duration: bigint): string | undefined {
  if (duration < millisecond) return 'duration must be greater than 1ms'
  return duration % millisecond === 0n ? undefined : 'only durations to ms precision are supported'
}

/** An old Envoy is drained, then shut down by its parent: in this order, in whole seconds, within the hour. */
function drainFaults(config: JsonObject): string[] {
  const drain = parseDuration(stringAt(config, 'drainDuration') || '0s')
  const parent = parseDuration(stringAt(config, 'parentShutdownDuration') || '0s')
  const faults = [
    ...labelled('invalid drain duration: ', durationFault(drain)),
    ...labelled('invalid parent shutdown duration: ', durationFault(parent)),
  ]
  if (faults.length === 0) {
    const [drainText, parentText] = [formatDuration(drain), formatDuration(parent)]
    if (drain % second !== 0n) faults.push('drain time only supports durations to seconds precision')
    if (parent % second !== 0n)
      faults.push('parent shutdown time only supports durations to seconds precision')
    if (parent <= drain)
      faults.push(`parent shutdown time ${parentText} must be greater than drain time ${drainText}`)
    if (drain > hour) faults.push(`drain time ${drainText} must be <1h0m0s`)
    if (parent > hour) faults.push(`parent shutdown time ${parentText} must be <1h0m0s`)
  }
  return faults.map((fault) => `invalid parent and drain time combination ${fault}`)
}

/** From 1.17 there is no parent any more. */
function drainFault(value: Json | undefined): string[] {
  if (typeof value !== 'string') return []
  const drain = parseDuration(value)
  const fault = durationFault(drain)
  if (fault !== undefined) return [`invalid drain duration: ${fault}`]
  return drain % second === 0n ? [] : ['drain time only supports durations to seconds precision']
}

function discoveryFaults(value: Json | undefined): string[] {
  if (value === '') return ['discovery address must be set to the proxy discovery service']
  return addressFault('invalid discovery address', value)
}

/** A tracer that is there needs its address, be it an empty message that somebody wrote. */
function tracingFaults(tracing: JsonObject): string[] {
  const { zipkin, datadog, lightstep } = tracing
  return [
    ...(isObject(lightstep) ? lightstepFaults(lightstep) : []),
    ...(isObject(zipkin) ? labelled('invalid zipkin config: ', collectorFault(zipkin)) : []),
    ...(isObject(datadog) ? labelled('invalid datadog config: ', collectorFault(datadog)) : []),
  ]
}

function lightstepFaults(lightstep: JsonObject): string[] {
  const address = stringAt(lightstep, 'address')
  return [
    ...(address === '' ? ['address is required'] : []),
    ...labelled('invalid lightstep address: ', hostPortFault(address)),
    ...(stringAt(lightstep, 'accessToken') === '' ? ['access token is required'] : []),
  ].map((fault) => `invalid lightstep config: ${fault}`)
}

/** The charts' own address of Datadog's agent is `$(HOST_IP):8126`: the kubelet puts the node's address in. */
function collectorFault(collector: JsonObject): string | undefined {
  return hostPortFault(stringAt(collector, 'address').replace('$(HOST_IP)', '127.0.0.1'))
}

function labelled(label: string, fault: string | undefined): string[] {
  return fault === undefined ? [] : [label + fault]
}

function quotedFault(label: string, value: Json | undefined): string[] {
  return addressFault(`${label} ${JSON.stringify(value)}`, value)
}

function addressFault(label: string, value: Json | undefined): string[] {
  if (typeof value !== 'string' || value === '') return []
  return labelled(`${label}: `, hostPortFault(value))
}

function hostPortFault(address: string): string | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(address)
  if (match === null) {
    const reason = address.includes(':') ? 'too many colons in address' : 'missing port in address'
    const where = address === '' ? '' : `address ${address}: `
    return `unable to split ${JSON.stringify(address)}: ${where}${reason}`
  }
  const host = match[1] ?? match[2] ?? ''
  const port = match[3] ?? ''
  if (!/^[+-]?\d{1,18}$/.test(port))
    return `port (${port}) is not a number: strconv.Atoi: parsing "${port}": invalid syntax`
  if (Number(port) < 1 || Number(port) > 65535)
    return `port number ${Number(port)} must be in the range 1..65535`
  if (isIP(host) !== 0 || isDomain(host)) return undefined
  return `${JSON.stringify(host)} is not a valid hostname or an IP address`
}

/** Labels of RFC 1123, at most 63 characters each and 255 in all. */
function isDomain(host: string): boolean {
  if (host === '' || host.length > 255) return false
  return host
    .replace(/\.$/, '')
    .split('.')
    .every((label) => /^[a-zA-Z0-9](?:[-a-zA-Z0-9_]{0,61}[a-zA-Z0-9])?$/.test(label))
}
