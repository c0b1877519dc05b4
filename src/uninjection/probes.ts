import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'
import { lifecycleNames, lifecyclePath, probeNames, probePath, probersEnvName } from '../injection/probes.ts'
import { itemPlace, type Note } from './change.ts'
import type { Evidence } from './evidence.ts'
import { parseObject } from './sidecar.ts'

/** What pilot-agent was told to ask, by path: `{httpGet}`, `{tcpSocket}` or `{grpc}`; before 1.5 the httpGet itself. */
export type Probers = ReadonlyMap<string, JsonObject>

/** The applications' own probes, as the sidecar knows them; of two injections the first knows them best. */
export function probersOf({ variables }: Evidence): Probers {
  const probers = new Map<string, JsonObject>()
  for (const text of variables.get(probersEnvName) ?? []) {
    for (const [path, prober] of Object.entries(parseObject(text) ?? {})) {
      if (isObject(prober) && !probers.has(path)) probers.set(path, prober)
    }
  }
  return probers
}

/** The container with its own probes again, instead of those that ask pilot-agent. */
export function withOwnProbes(container: JsonObject, list: string, probers: Probers, note: Note): JsonObject {
  const name = stringAt(container, 'name')
  const own = (hook: string, path: string, handler: Json | undefined): Json | undefined => {
    if (!isObject(handler) || objectAt(handler, 'httpGet')['path'] !== path) return handler
    const prober = probers.get(path)
    note({
      action: prober === undefined ? 'lost' : 'restored',
      place: `${itemPlace(list, name)}.${hook}`,
    })
    return prober === undefined ? handler : ownHandler(handler, withPortName(container, prober))
  }
  const changed = mapMembers(container, probeNames, (probe, handler) =>
    own(probe, probePath(name, probe), handler),
  )
  const lifecycle = container['lifecycle']
  if (!isObject(lifecycle)) return changed
  const hooks = mapMembers(lifecycle, lifecycleNames, (hook, handler) =>
    own(`lifecycle.${hook}`, lifecyclePath(name, hook), handler),
  )
  return hooks === lifecycle ? changed : { ...changed, lifecycle: hooks }
}

/** The object with some of its members changed; the object itself if none is. */
function mapMembers<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
  change: (name: Name, value: Json | undefined) => Json | undefined,
): JsonObject {
  const changes = names.flatMap((name) => {
    const value = change(name, object[name])
    return value === object[name] ? [] : [[name, value] as const]
  })
  return changes.length === 0 ? object : { ...object, ...Object.fromEntries(changes) }
}

const kinds = ['httpGet', 'tcpSocket', 'grpc'] as const

/**
 * The prober with its port's name, where the container has one for it: injectors write numbers, and who names a port
 * calls it by its name.
 */
function withPortName(container: JsonObject, prober: JsonObject): JsonObject {
  const names = new Map<Json | undefined, string>()
  for (const port of listAt(container, 'ports').filter(isObject)) {
    // Of two ports of one number, TCP and UDP, neither is meant more than the other.
    names.set(port['containerPort'], names.has(port['containerPort']) ? '' : stringAt(port, 'name'))
  }
  const named = (action: JsonObject): JsonObject => ({
    ...action,
    port: names.get(action['port']) || action['port'],
  })
  const kind = kinds.find((name) => isObject(prober[name]))
  if (kind === undefined) return named(prober)
  return kind === 'grpc' ? prober : { ...prober, [kind]: named(objectAt(prober, kind)) }
}

/** What was rewritten is the way to ask only; how often and how long stayed. */
function ownHandler({ httpGet, ...rest }: JsonObject, prober: JsonObject): JsonObject {
  const kind = kinds.find((name) => isObject(prober[name]))
  if (kind === 'tcpSocket' || kind === 'grpc') return { ...rest, [kind]: prober[kind] }
  const { path: _path, port: _port, scheme: _scheme, ...kept } = isObject(httpGet) ? httpGet : {}
  return { ...rest, httpGet: { ...kept, ...(kind === undefined ? prober : objectAt(prober, kind)) } }
}
