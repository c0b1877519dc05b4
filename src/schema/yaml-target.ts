import type { StructType, Type } from './types.ts'
import { fieldNamed } from './types.ts'

/**
 * What a YAML reader that looks at the Go type needs to know of it (Istio up to 1.8 read so): scalars become text
 * where the type is a string. Types that decode themselves are `other`, whatever they look like.
 */
export interface YamlTarget {
  readonly kind: 'string' | 'map' | 'slice' | 'struct' | 'other'
  /** The target of a struct's member, its name in any case. */
  field?(key: string): YamlTarget | undefined
  /** The target of items and of map values. */
  readonly element?: YamlTarget
}

const other: YamlTarget = { kind: 'other' }
const text: YamlTarget = { kind: 'string' }
const targets = new WeakMap<Type, YamlTarget>()

/** The YAML reader's view of a type; the same object each time. */
export function yamlTarget(type: Type): YamlTarget {
  const known = targets.get(type)
  if (known !== undefined) return known
  const made = makeTarget(type)
  targets.set(type, made)
  return made
}

function makeTarget(type: Type): YamlTarget {
  switch (type.kind) {
    case 'scalar':
      return type.base === 'string' ? text : other
    case 'slice':
    case 'map':
      return { kind: type.kind, element: yamlTarget(type.element) }
  }
  return { kind: 'struct', field: (key) => fieldTarget(type, key) }
}

function fieldTarget(type: StructType, key: string): YamlTarget | undefined {
  const field = fieldNamed(type, key)
  return field === undefined ? undefined : yamlTarget(field.type)
}
