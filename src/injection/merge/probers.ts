import { JsonError } from '../../golang/json.ts'
import { parseJson } from '../../golang/parse-json.ts'
import type { Traits } from '../../istio/traits.ts'
import { decode, defineStruct, marshal, SchemaError } from '../../schema/index.ts'
import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../json.ts'
import {
  dumpProbers,
  isSidecar,
  probersEnvName,
  probersText,
  redirectProbes,
  type Probers,
} from '../probes.ts'
import { changeSidecar, withVariable } from './sidecar.ts'

export interface ProbeRewrite {
  readonly traits: Traits
  /** The mesh's status port, by which rewritten probes are known again. */
  readonly meshPort: number
  /** Where probes are sent: the pod's annotation or the mesh's. */
  readonly port: number
  /** The pod had a status annotation when it came. */
  readonly isAgain: boolean
}

/** Sends the application's probes to pilot-agent, and tells the sidecar what they were. */
export function rewriteProbes(rewrite: ProbeRewrite, pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const { probes, merge } = rewrite.traits
  const inits = probes.initContainers ? listAt(spec, 'initContainers') : []
  const probers = dumpProbers([...inits, ...listAt(spec, 'containers')], probes, rewrite.meshPort)
  const told =
    probers.size === 0 ? pod : changeSidecar(pod, merge, (sidecar) => withProbers(rewrite, sidecar, probers))
  return redirected(rewrite, told)
}

function withProbers({ traits, isAgain }: ProbeRewrite, sidecar: JsonObject, probers: Probers): JsonObject {
  const env = listAt(sidecar, 'env')
  const index = env.findIndex((item) => isObject(item) && item['name'] === probersEnvName)
  const { again } = traits.probes
  if (!isAgain || again === 'append' || (index < 0 && again === 'join')) {
    return withVariable(sidecar, { name: probersEnvName, value: probersText(probers) })
  }
  const existing = env[index]
  if (!isObject(existing)) return sidecar
  const joined = joinProbers(stringAt(existing, 'value'), probers)
  return joined === undefined ? sidecar : { ...sidecar, env: env.with(index, { ...existing, value: joined }) }
}

/** Both, the old ones first; undefined if the old ones cannot be read. */
function joinProbers(text: string, probers: Probers): string | undefined {
  const old = parseProbers(text)
  return old === undefined ? undefined : probersText(new Map([...probers, ...old]))
}

/** What an earlier injection wrote, read with Go's types and written anew. */
function parseProbers(text: string): Probers | undefined {
  try {
    const json = parseJson(text)
    return isObject(json) ? new Map(Object.entries(json).map(proberEntry)) : undefined
  } catch (error) {
    if (error instanceof JsonError || error instanceof SchemaError) return undefined // left as it is, as in Istio
    throw error
  }
}

const proberType = defineStruct('inject.Prober', [
  'HTTPGet httpGet *v1.HTTPGetAction omitempty',
  'TCPSocket tcpSocket *v1.TCPSocketAction omitempty',
  'GRPC grpc *v1.GRPCAction omitempty',
  'TimeoutSeconds timeoutSeconds int32 omitempty',
])

function proberEntry([path, prober = null]: [string, Json | undefined]): [string, string] {
  return [path, prober === null ? 'null' : marshal(proberType, decode(proberType, prober))]
}

function redirected({ traits, port }: ProbeRewrite, pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec')
  const change = (list: readonly Json[]): readonly Json[] => {
    const changed = list.map((item) =>
      isObject(item) && !isSidecar(item) ? redirectProbes(item, port, traits.probes) : item,
    )
    return changed.every((item, index) => item === list[index]) ? list : changed
  }
  const containers = listAt(spec, 'containers')
  const inits = traits.probes.initContainers ? listAt(spec, 'initContainers') : []
  const [newContainers, newInits] = [change(containers), change(inits)]
  if (newContainers === containers && newInits === inits) return pod
  const initContainers = newInits === inits ? {} : { initContainers: newInits }
  return { ...pod, spec: { ...spec, ...initContainers, containers: newContainers } }
}
