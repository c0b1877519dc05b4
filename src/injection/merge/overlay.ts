import { read, YamlError, type ScalarListener } from '../../goyaml/index.ts'
import type { Traits } from '../../istio/traits.ts'
import {
  decode,
  podType,
  SchemaError,
  strategicMerge,
  structNamed,
  type MergeOptions,
} from '../../schema/index.ts'
import { InjectionError } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { ShapeReader } from '../shape/cache.ts'
import { templateItems, type TemplateItems } from './template-items.ts'

/** What a template of 1.9 and later renders: a partial Pod. */
export interface PodOverlay {
  /** A strategic merge patch, decoded. */
  readonly patch: JsonObject
  readonly items: TemplateItems
}

/** Reads and merges rendered text as one release does. Throws InjectionError `overlay-invalid`. */
export interface OverlayMerger {
  readonly reader: ShapeReader<PodOverlay>
  merge(pod: JsonObject, patch: JsonObject): JsonObject
}

const intoTemplate = 'failed applying injection overlay: '
const intoPod = 'failed parsing generated injected YAML (check Istio sidecar injector configuration): '

/** The reader and merger of a release. */
export function overlayMerger({ kubernetesMinor, merge: traits }: Traits): OverlayMerger {
  const type = structNamed('v1.Pod', kubernetesMinor)
  const options: MergeOptions = { nulls: traits.nulls, directives: traits.directives }
  // Up to 1.18 the pod was merged first, so that its errors were the ones to be seen.
  const first = traits.directives === 'keep' ? intoPod : intoTemplate
  const itemsOf = (patch: JsonObject): TemplateItems =>
    templateItems(attempt(`${first}strategic merge: `, () => strategicMerge(podType, {}, patch, options)))
  return {
    reader: {
      type,
      parse: (rendered, onScalar) => parsePatch(rendered, onScalar, first),
      decode: (patch) =>
        attempt(`${first}unmarshal patched pod: `, () => decode(type, patch, { patch: true })),
      make: (root, like) => {
        const patch = isObject(root) ? root : {}
        // What differs between texts of one shape are no names of items: those are merge keys.
        return { patch, items: like?.value.items ?? itemsOf(patch) }
      },
    },
    merge: (pod, patch) =>
      attempt(`${intoPod}strategic merge: `, () => strategicMerge(podType, pod, patch, options)),
  }
}

function parsePatch(rendered: string, onScalar: ScalarListener | undefined, prefix: string): JsonObject {
  const patch = parse(rendered, onScalar, prefix)
  if (patch === null) return {}
  if (isObject(patch)) return patch
  throw new InjectionError('overlay-invalid', `${prefix}strategic merge: invalid JSON document`)
}

function parse(rendered: string, onScalar: ScalarListener | undefined, prefix: string): Json {
  try {
    return read(rendered, { onScalar })
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new InjectionError('overlay-invalid', `${prefix}strategic merge: ${error.message}`, {
      cause: error,
    })
  }
}

function attempt(prefix: string, work: () => Json): JsonObject {
  try {
    const result = work()
    return isObject(result) ? result : {}
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw new InjectionError('overlay-invalid', prefix + error.message, { cause: error })
  }
}
