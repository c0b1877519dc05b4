import { listAt } from '../cluster/objects.ts'
import { isObject, type Json } from '../golang/json-value.ts'

/** The strings of a list member; absent is empty. */
export function textsAt(parent: Json | undefined, field: string): readonly string[] {
  return listAt(parent, field).filter((each) => typeof each === 'string')
}

/** The member if it is a number. */
export function numberAt(parent: Json | undefined, field: string): number | undefined {
  const value = isObject(parent) ? parent[field] : undefined
  return typeof value === 'number' ? value : undefined
}
