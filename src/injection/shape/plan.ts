import type { ScalarStyle } from '../../goyaml/index.ts'
import {
  isList,
  isObject,
  setMember,
  type Json,
  type JsonObject,
  type MutableJson,
} from '../../golang/json-value.ts'

/** Where holes are in a tree of JSON: a string made of them, or members that have some below them. */
export type Plan = TextPlan | BranchPlan

/** A string with holes: the fixed texts before, between and after them. */
export interface TextPlan {
  readonly pieces: readonly string[]
  readonly holes: readonly number[]
  readonly style: ScalarStyle
}

/** An object or list with holes further down. */
export interface BranchPlan {
  readonly members: readonly (readonly [key: string | number, plan: Plan])[]
  /** All holes below. */
  readonly holes: readonly number[]
}

/** The text with its holes filled. */
export function fillText({ pieces, holes }: TextPlan, texts: readonly string[]): string {
  let text = pieces[0] ?? ''
  for (const [index, hole] of holes.entries()) text += (texts[hole] ?? '') + (pieces[index + 1] ?? '')
  return text
}

/**
 * The tree with other texts in its holes. What has none of the changed ones is shared, and frozen as it was; what has
 * is not frozen, since to remember things of it would cost more than it saves.
 */
export function fill(node: Json, plan: Plan, texts: readonly string[], changed: ReadonlySet<number>): Json {
  if (!plan.holes.some((hole) => changed.has(hole))) return node
  if ('pieces' in plan) return fillText(plan, texts)
  if (isList(node)) return filledList(node, plan, texts, changed)
  return isObject(node) ? filledObject(node, plan, texts, changed) : node
}

function filledList(
  list: readonly Json[],
  { members }: BranchPlan,
  texts: readonly string[],
  changed: ReadonlySet<number>,
): Json[] {
  const copy = list.slice()
  for (const [index, plan] of members) {
    if (typeof index === 'number') copy[index] = fill(list[index] ?? null, plan, texts, changed)
  }
  return copy
}

function filledObject(
  object: JsonObject,
  { members }: BranchPlan,
  texts: readonly string[],
  changed: ReadonlySet<number>,
): JsonObject {
  const copy: MutableJson = { ...object }
  for (const [key, plan] of members) {
    if (typeof key === 'string') setMember(copy, key, fill(object[key] ?? null, plan, texts, changed))
  }
  return copy
}
