import type { ScalarStyle } from '../../goyaml/index.ts'
import type { Type } from '../../schema/index.ts'
import { isList, isObject, type Json, type JsonObject } from '../../golang/json-value.ts'
import { innerOf } from './hole.ts'
import type { TextPlan } from './plan.ts'

/*
 * To see where the holes of a text end up, they are filled with tokens, and the text is read again: characters of
 * Unicode's private use around the hole's number, which mean nothing to YAML.
 */

const open = '\uE000'
const close = '\uE001'
const token = /\uE000(\d+)\uE001/
const tokens = /\uE000(\d+)\uE001/g

/** A rendered text with its holes. */
export interface HoledText {
  readonly text: string
  readonly holes: readonly string[]
  /** Where the holes start in the text; undefined if that is not known. */
  readonly starts: readonly number[] | undefined
}

/** The text with tokens in some of its holes; undefined if it has such characters itself. */
export function withTokens(
  { text, holes, starts }: HoledText,
  chosen: ReadonlySet<number>,
): string | undefined {
  if (starts === undefined || text.includes(open) || text.includes(close)) return undefined
  let filled = ''
  let end = 0
  for (const [hole, start] of starts.entries()) {
    const whole = holes[hole] ?? ''
    filled += text.slice(end, start)
    end = start + whole.length
    const content = open + hole + close
    if (!chosen.has(hole)) filled += whole
    else filled += innerOf(whole).isQuoted ? `"${content}"` : content
  }
  return filled + text.slice(end)
}

/** The holes whose tokens are in a text. */
export function holesIn(text: string): number[] {
  return [...text.matchAll(tokens)].map(([, hole]) => Number(hole))
}

/** A text with tokens as a plan; undefined for one without. */
export function textPlan(text: string, styles: ReadonlyMap<number, ScalarStyle>): TextPlan | undefined {
  // Every second part is the number in a token.
  const parts = text.split(token)
  const holes = parts.filter((_, index) => index % 2 === 1).map(Number)
  const style = styles.get(holes[0] ?? -1)
  return style && { pieces: parts.filter((_, index) => index % 2 === 0), holes, style }
}

/**
 * The holes that a tree read as a type has in strings and nowhere else. What is a merge key, or means something else
 * to a merge, is none of them.
 */
export function holesInStrings(type: Type | undefined, json: Json, mergeKey?: string): number[] {
  if (typeof json === 'string') return type?.kind === 'scalar' && type.base === 'string' ? holesIn(json) : []
  if (isList(json)) {
    const element = type?.kind === 'slice' ? type.element : undefined
    // Scalars of a list that is merged are told apart by what they are.
    if (element?.kind === 'scalar' && mergeKey !== undefined) return []
    return json.flatMap((item) => holesInStrings(element, item, mergeKey))
  }
  return isObject(json) ? holesInMembers(type, json, mergeKey) : []
}

function holesInMembers(type: Type | undefined, object: JsonObject, mergeKey: string | undefined): number[] {
  return Object.entries(object).flatMap(([name, value = null]) => {
    if (name === mergeKey || name.startsWith('$')) return []
    if (type?.kind === 'map') return holesInStrings(type.element, value)
    const field = type?.kind === 'struct' ? type.byJsonName.get(name) : undefined
    if (field === undefined) return []
    const key = field.patchStrategy === 'merge' ? (field.patchMergeKey ?? '') : undefined
    return holesInStrings(field.type, value, key)
  })
}
