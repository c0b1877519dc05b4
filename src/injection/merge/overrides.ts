import { JsonError } from '../../golang/json.ts'
import { parseJson } from '../../golang/parse-json.ts'
import { decode, defineStruct, marshal, SchemaError, structNamed } from '../../schema/index.ts'
import { InjectionError } from '../errors.ts'
import { isObject, listAt, type Json, type JsonObject, type StringMap } from '../json.ts'

/** The annotation in which the user's own settings for injected containers are kept for a second injection. */
export const overridesKey = 'proxy.istio.io/overrides'

/** The user's own containers of the names of injected ones. */
export interface Overrides {
  readonly containers: readonly JsonObject[]
  readonly initContainers: readonly JsonObject[]
}

const none: Overrides = { containers: [], initContainers: [] }

const overridesType = defineStruct('inject.ParsedContainers', [
  'Containers containers []v1.Container omitempty',
  'InitContainers initContainers []v1.Container omitempty',
])

/** Reads the annotation. Throws InjectionError `annotation-invalid` for what is no JSON, or none of containers. */
export function parseOverrides(annotations: StringMap): Overrides {
  if (!Object.hasOwn(annotations, overridesKey)) return none
  const json = readContainers(annotations[overridesKey] ?? '')
  if (!isObject(json)) return none
  return {
    containers: listAt(json, 'containers').filter(isObject),
    initContainers: listAt(json, 'initContainers').filter(isObject),
  }
}

function readContainers(text: string): Json {
  try {
    return decode(overridesType, parseJson(text))
  } catch (error) {
    if (!(error instanceof JsonError || error instanceof SchemaError)) throw error
    throw new InjectionError('annotation-invalid', error.message, { cause: error })
  }
}

const containerType = structNamed('v1.Container')

/** The annotation's text; empty lists are left out. */
export function overridesText({ containers, initContainers }: Overrides): string {
  const members = [listText('containers', containers), listText('initContainers', initContainers)]
  return `{${members.filter((member) => member !== '').join(',')}}`
}

function listText(name: string, items: readonly JsonObject[]): string {
  if (items.length === 0) return ''
  return `"${name}":[${items.map((item) => marshal(containerType, item)).join(',')}]`
}
