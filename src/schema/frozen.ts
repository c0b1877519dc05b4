import { isList, isObject, type Json } from '../golang/json-value.ts'
import type { Type } from './types.ts'

/*
 * What is frozen never changes, so what was found out of it once holds for ever: callers freeze what they merge into
 * many pods, and its text is then made once.
 */

/** A value frozen at every depth. */
export function deepFreeze<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values<Json | undefined>(value)) if (member !== undefined) deepFreeze(member)
  return Object.freeze(value)
}

interface WrittenText {
  readonly type: Type
  readonly text: string
}

const texts = new WeakMap<object, WrittenText>()

/** The text of a value as a type, made once for frozen lists and objects. */
export function textOnce(type: Type, value: Json, make: () => string): string {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return make()
  const known = texts.get(value)
  if (known !== undefined && known.type === type) return known.text
  const text = make()
  texts.set(value, { type, text })
  return text
}

const plain = new WeakSet<object>()

/** Whether a frozen value has no nulls and no directives at any depth, so that a merge takes it as it is. */
export function isPlainFrozen(value: Json): boolean {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return false
  if (plain.has(value)) return true
  if (!isPlain(value)) return false
  plain.add(value)
  return true
}

function isPlain(value: Json): boolean {
  if (value === null) return false
  if (isList(value)) return value.every(isPlain)
  if (!isObject(value)) return true
  return Object.entries(value).every(([name, member]) => !name.startsWith('$') && isPlain(member ?? null))
}
