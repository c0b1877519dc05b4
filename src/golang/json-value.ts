/** A JSON value as it was received or read. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object; its keys are the user's, so ask Object.hasOwn before reading one of theirs. */
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** A JSON object under construction. */
export type MutableJson = Record<string, Json | undefined>

/** True for a JSON object (no list, no null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}

/** True for a JSON list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** Adds a member under any key, also `__proto__`, which plain assignment would swallow. */
export function setMember<T>(object: Record<string, T>, key: string, value: NoInfer<T>): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}
