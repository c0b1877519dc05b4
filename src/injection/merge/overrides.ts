import { JsonError } from '../../golang/json.ts'
import { parseJson } from '../../golang/parse-json.ts'
import { marshal, structNamed } from '../../schema/index.ts'
import { InjectionError } from '../errors.ts'
import { isObject, listAt, stringAt, type Json, type JsonObject } from '../json.ts'

/** The annotation in which the user's own settings for injected containers are kept for a second injection. */
export const overridesKey = 'proxy.istio.io/overrides'

/** The user's own containers of the names of injected ones. */
export interface Overrides {
  readonly containers: readonly JsonObject[]
  readonly initContainers: readonly JsonObject[]
}

const none: Overrides = { containers: [], initContainers: [] }

/** Reads the annotation. Throws InjectionError `annotation-invalid` for what is no JSON. */
export function parseOverrides(annotations: JsonObject): Overrides {
  if (!Object.hasOwn(annotations, overridesKey)) return none
  const json = readJson(stringAt(annotations, overridesKey))
  if (!isObject(json)) return none
  return {
    containers: listAt(json, 'containers').filter(isObject),
    initContainers: listAt(json, 'initContainers').filter(isObject),
  }
}

function readJson(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
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
