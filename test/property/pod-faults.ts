import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../../src/injection/json.ts'
import { isQuantityText } from '../../src/kubernetes/quantity.ts'
import { podType, SchemaError, check } from '../../src/schema/index.ts'

/**
 * What an API server would refuse in a pod, as far as an injector can break it: types, names that must be there once,
 * references, places where probes may not be. One line per fault, so that those of two pods can be compared.
 */
export function podFaults(pod: JsonObject): string[] {
  const spec = objectAt(pod, 'spec')
  const containers = listAt(spec, 'containers').filter(isObject)
  const inits = listAt(spec, 'initContainers').filter(isObject)
  const volumes = listAt(spec, 'volumes').filter(isObject)
  const names = new Set(volumes.map((volume) => stringAt(volume, 'name')))
  return [
    ...typeFaults(pod),
    ...doubles('container', [...containers, ...inits].map(nameOf)),
    ...doubles('volume', volumes.map(nameOf)),
    ...volumes.flatMap(volumeFaults),
    ...[...containers, ...inits].flatMap((container) => containerFaults(container, names)),
    ...inits.flatMap(initFaults),
    ...labelFaults(objectAt(objectAt(pod, 'metadata'), 'labels')),
  ]
}

function typeFaults(pod: JsonObject): string[] {
  try {
    check(podType, pod)
    return []
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    return [`type: ${error.message}`]
  }
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'name')
}

function doubles(what: string, names: readonly string[]): string[] {
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  return [
    ...twice.map((name) => `two of ${what} ${name}`),
    ...(names.includes('') ? [`${what} without name`] : []),
  ]
}

/** None at all becomes an emptyDir. */
function volumeFaults(volume: JsonObject): string[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name' && isObject(volume[key]))
  return sources.length > 1 ? [`volume ${nameOf(volume)} has ${sources.join(' and ')}`] : []
}

function containerFaults(container: JsonObject, volumes: ReadonlySet<string>): string[] {
  const name = nameOf(container)
  const env = listAt(container, 'env').filter(isObject)
  const mounts = listAt(container, 'volumeMounts').filter(isObject)
  const ports = listAt(container, 'ports').filter(isObject)
  const faults = [
    ...(stringAt(container, 'image').trim() === '' ? ['no image'] : []),
    ...doubles(
      'mount path',
      mounts.map((mount) => stringAt(mount, 'mountPath')),
    ),
    ...mounts.filter((mount) => !volumes.has(nameOf(mount))).map((mount) => `no volume ${nameOf(mount)}`),
    ...doubles(
      'port name',
      ports.map((port) => stringAt(port, 'name') || `#${portText(port)}`),
    ),
    ...ports.filter((port) => !isPort(port['containerPort'])).map((port) => `port ${portText(port)}`),
    ...env.flatMap(variableFaults),
    ...quantityFaults(objectAt(container, 'resources')),
    ...probeNames.flatMap((probe) => handlerFaults(probe, objectAt(container, probe))),
    ...hookNames.flatMap((hook) => handlerFaults(hook, objectAt(objectAt(container, 'lifecycle'), hook))),
  ]
  return faults.map((fault) => `container ${name}: ${fault}`)
}

const probeNames = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const
const hookNames = ['preStop', 'postStart'] as const

function portText(port: JsonObject): string {
  return JSON.stringify(port['containerPort'])
}

function isPort(port: Json | undefined): boolean {
  return typeof port === 'number' && port >= 1 && port <= 65535
}

function variableFaults(variable: JsonObject): string[] {
  const name = nameOf(variable)
  const hasBoth = stringAt(variable, 'value') !== '' && isObject(variable['valueFrom'])
  return [
    ...(/^[\u0021-\u003c\u003e-\u007e]+$/.test(name) ? [] : [`variable ${JSON.stringify(name)}`]),
    ...(hasBoth ? [`variable ${name} has value and valueFrom`] : []),
  ]
}

function quantityFaults(resources: JsonObject): string[] {
  return ['limits', 'requests'].flatMap((kind) =>
    Object.entries(objectAt(resources, kind))
      .filter(
        ([, value]) => typeof value !== 'number' && !(typeof value === 'string' && isQuantityText(value)),
      )
      .map(([name]) => `quantity ${kind}.${name}`),
  )
}

const handlerKinds = ['httpGet', 'tcpSocket', 'grpc', 'exec', 'sleep'] as const

/** One way to probe, to a port that is one. */
function handlerFaults(name: string, handler: JsonObject): string[] {
  const kinds = handlerKinds.filter((kind) => isObject(handler[kind]))
  const port = objectAt(handler, kinds[0] ?? '')['port']
  return [
    ...(kinds.length > 1 ? [`${name} is ${kinds.join(' and ')}`] : []),
    ...(typeof port === 'number' && !isPort(port) ? [`${name} port ${port}`] : []),
  ]
}

/** Only those that go on running are probed or told something. */
function initFaults(container: JsonObject): string[] {
  if (container['restartPolicy'] === 'Always') return []
  const members = [...probeNames, 'lifecycle'].filter((member) => isObject(container[member]))
  return members.map((member) => `init container ${nameOf(container)} has ${member}`)
}

function labelFaults(labels: JsonObject): string[] {
  return Object.entries(labels)
    .filter(([, value]) => !isLabelValue(value))
    .map(([key, value]) => `label ${key}: ${JSON.stringify(value)}`)
}

function isLabelValue(value: Json | undefined): boolean {
  if (typeof value !== 'string' || value.length > 63) return false
  return /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/.test(value)
}
