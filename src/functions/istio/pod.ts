import {
  goKind,
  isGoValue,
  sprint,
  type GoFunction,
  type GoMap,
  type GoSlice,
  type GoStruct,
  type Value,
} from '../../gotemplate/index.ts'
import { fn } from '../define.ts'
import type { IstioFunctionOptions } from './options.ts'

/** Functions over a pod's metadata and containers. */
export function podFunctions(options: IstioFunctionOptions): [string, GoFunction][] {
  const portsOf = (containers: GoSlice | null, skipsSidecar: boolean): string =>
    joinPorts(containers, skipsSidecar, options)
  return [
    ['annotation', fn(['v1.ObjectMeta', 'string', 'interface {}'], annotation)],
    ['isset', fn(['map[string]string', 'string'], (map, key) => map !== null && map.get(key) !== undefined)],
    ['includeInboundPorts', fn(['[]v1.Container'], (containers) => portsOf(containers, false))],
    ['applicationPorts', fn(['[]v1.Container'], (containers) => portsOf(containers, true))],
    ['excludeInboundPort', fn(['interface {}', 'string'], excludeInboundPort)],
    ['kubevirtInterfaces', fn(['string'], (interfaces) => interfaces)],
    ['excludeInterfaces', fn(['string'], (interfaces) => interfaces)],
  ]
}

/** The annotation if it is there, even empty; else the default as fmt prints it (nil is `<nil>`). */
function annotation(meta: GoStruct, name: string, otherwise: Value): Value {
  const annotations = meta.field('Annotations')
  const value = isMap(annotations) ? annotations.get(name) : undefined
  return value ?? sprint([otherwise])
}

function joinPorts(containers: Value, skipsSidecar: boolean, options: IstioFunctionOptions): string {
  const ports: string[] = []
  for (const container of items(containers)) {
    if (!isStruct(container) || (skipsSidecar && container.field('Name') === 'istio-proxy')) continue
    for (const port of items(container.field('Ports'))) {
      if (!isStruct(port)) continue
      const protocol = text(port.field('Protocol'))
      if (options.countsAllPorts || (protocol !== 'UDP' && protocol !== 'SCTP'))
        ports.push(text(port.field('ContainerPort')))
    }
  }
  return ports.join(',')
}

/** Adds a port to a list that does not have it; what the list has is compared as it stands, blanks included. */
function excludeInboundPort(port: Value, csv: string): string {
  const added = sprint([port]).trim()
  if (added === '' || added === '0') return csv
  const ports = csv.split(',')
  if (ports.includes(added)) return csv
  return [...ports.map((item) => item.trim()).filter((item) => item !== ''), added].join(',')
}

function* items(list: Value): Generator<Value> {
  if (!isSlice(list)) return
  for (let index = 0; index < list.length; index++) yield list.at(index)
}

function text(value: Value): string {
  return sprint([value])
}

function isMap(value: Value): value is GoMap {
  return isGoValue(value) && value[goKind] === 'map'
}

function isSlice(value: Value): value is GoSlice {
  return isGoValue(value) && value[goKind] === 'slice'
}

function isStruct(value: Value): value is GoStruct {
  return isGoValue(value) && value[goKind] === 'struct'
}
