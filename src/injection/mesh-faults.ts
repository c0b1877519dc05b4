import { isIP } from 'node:net'
import { formatDuration, parseDuration } from '../golang/duration.ts'
import type { Traits } from '../istio/traits.ts'
import { objectAt, stringAt, type Json, type JsonObject } from './json.ts'

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
  const tracing = objectAt(config, 'tracing')
  return [
    ...requiredFault('config path', config['configPath']),
    ...requiredFault('binary path', config['binaryPath']),
    ...requiredFault('service cluster', config['serviceCluster'] ?? config['tracingServiceName']),
    ...(traits.mesh.checksDrain ? drainFaults(config) : []),
    ...addressFault('invalid discovery address', config['discoveryAddress'], true),
    ...addressFault('invalid zipkin address', config['zipkinAddress'], false),
    ...addressFault('invalid zipkin address', objectAt(tracing, 'zipkin')['address'], false),
    ...addressFault('invalid lightstep address', objectAt(tracing, 'lightstep')['address'], false),
    ...addressFault('invalid datadog address', objectAt(tracing, 'datadog')['address'], false),
    ...addressFault('invalid statsd udp address', config['statsdUdpAddress'], false),
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
  const fault = durationFault(value)
  return fault === undefined ? [] : [`${label}: ${fault}`]
}

function durationFault(value: Json | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  const duration = parseDuration(value)
  if (duration < millisecond) return 'duration must be greater than 1ms'
  return duration % millisecond === 0n ? undefined : 'only durations to ms precision are supported'
}

/** An old Envoy is drained, then shut down by its parent: in this order, in whole seconds, within the hour. */
function drainFaults(config: JsonObject): string[] {
  const label = 'invalid parent and drain time combination'
  const drain = parseDuration(stringAt(config, 'drainDuration') || '0s')
  const parent = parseDuration(stringAt(config, 'parentShutdownDuration') || '0s')
  if (drain < millisecond) return [`${label} invalid drain time: duration must be greater than 1ms`]
  if (parent < millisecond) return [`${label} invalid parent shutdown: duration must be greater than 1ms`]
  if (drain % second !== 0n) return [`${label} drain time only supports durations to seconds precision`]
  if (parent % second !== 0n)
    return [`${label} parent shutdown time only supports durations to seconds precision`]
  const [drainText, parentText] = [formatDuration(drain), formatDuration(parent)]
  if (parent <= drain)
    return [`${label} parent shutdown time ${parentText} must be greater than drain time ${drainText}`]
  if (drain > hour) return [`${label} drain time ${drainText} must be <1h0m0s`]
  return parent > hour ? [`${label} parent shutdown time ${parentText} must be <1h0m0s`] : []
}

function addressFault(label: string, value: Json | undefined, required: boolean): string[] {
  if (typeof value !== 'string' || (value === '' && !required)) return []
  const fault = hostPortFault(value)
  return fault === undefined ? [] : [`${label}: ${fault}`]
}

function hostPortFault(address: string): string | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(address)
  if (match === null) {
    const reason = address.includes(':') ? 'too many colons in address' : 'missing port in address'
    return `unable to split ${JSON.stringify(address)}: address ${address}: ${reason}`
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
