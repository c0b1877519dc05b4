import type { ScalarListener, ScalarStyle } from '../../goyaml/index.ts'
import { isList, isObject, type Json } from '../../golang/json-value.ts'
import type { Type } from '../../schema/index.ts'
import { InjectionError } from '../errors.ts'
import { fits, innerOf, isPlainText } from './hole.ts'
import { fill, fillText, type Plan, type TextPlan } from './plan.ts'
import { holesIn, holesInStrings, textPlan, withTokens, type HoledText } from './tokens.ts'

/** How a text is read, in two steps. Both may throw InjectionError. */
export interface TextReader {
  /** The type of what is read. */
  readonly type: Type
  parse(text: string, onScalar?: ScalarListener): Json
  decode(parsed: Json): Json
}

/** What one text was read to, and how that changes with the texts in its holes. */
export interface Pattern {
  readonly holes: readonly string[]
  /** What of the holes' texts may change. */
  readonly texts: readonly string[]
  readonly root: Json
  readonly plan: Plan
  /** The string that each hole is in; undefined for a hole that may not change. */
  readonly strings: readonly (TextPlan | undefined)[]
}

/**
 * Finds out where the holes of a text are in what it was read to; undefined if nothing can be told. Holes are only
 * looked for in strings that YAML has as they are: the others may not change.
 */
export function learnPattern(sample: HoledText, root: Json, reader: TextReader): Pattern | undefined {
  try {
    const { chosen, parsed, styles } = chooseHoles(sample, reader)
    if (chosen.size === 0) return undefined
    const strings: (TextPlan | undefined)[] = sample.holes.map(() => undefined)
    const texts = sample.holes.map((hole) => innerOf(hole).text)
    const plan = planOf(reader.decode(parsed), root, { texts, styles, strings })
    return plan && { holes: sample.holes, texts, root, plan, strings }
  } catch (error) {
    if (error instanceof Mismatch || error instanceof InjectionError) return undefined
    throw error
  }
}

interface Choice {
  readonly chosen: ReadonlySet<number>
  /** What the text with tokens in those holes is read to. */
  readonly parsed: Json
  readonly styles: ReadonlyMap<number, ScalarStyle>
}

/** Leaves out holes until tokens in all the others are where they may change. */
function chooseHoles(sample: HoledText, reader: TextReader): Choice {
  const all = sample.holes.map((_, hole) => hole)
  let chosen: ReadonlySet<number> = new Set(all.filter((hole) => mayChange(sample.holes[hole] ?? '')))
  for (;;) {
    const text = withTokens(sample, chosen)
    if (text === undefined) throw new Mismatch()
    const styles = new Map<number, ScalarStyle>()
    const elsewhere = new Set<number>()
    const parsed = reader.parse(text, (scalar, style, isKey) => {
      for (const hole of holesIn(scalar)) {
        if (isKey || style === undefined || style === 'folded' || styles.has(hole)) elsewhere.add(hole)
        else styles.set(hole, style)
      }
    })
    const inStrings = new Set(holesInStrings(reader.type, parsed))
    const left = new Set([...chosen].filter((hole) => inStrings.has(hole) && !elsewhere.has(hole)))
    if (left.size === chosen.size) return { chosen, parsed, styles }
    chosen = left
  }
}

const oneLine = /^[ -~]*$/

function mayChange(hole: string): boolean {
  return hole !== '' && oneLine.test(hole)
}

/** The sample does not come out of its own plan. */
class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

interface Sample {
  readonly texts: readonly string[]
  readonly styles: ReadonlyMap<number, ScalarStyle>
  readonly strings: (TextPlan | undefined)[]
}

/** Compares a tree with tokens with that of the sample; undefined where it has none. Throws Mismatch. */
function planOf(node: Json, root: Json, sample: Sample): Plan | undefined {
  if (typeof node === 'string' && typeof root === 'string') return stringPlan(node, root, sample)
  if (isList(node) && isList(root) && node.length === root.length) {
    return branchPlan(node.map((item, index) => [index, planOf(item, root[index] ?? null, sample)]))
  }
  if (isObject(node) && isObject(root)) {
    const names = Object.keys(root)
    if (Object.keys(node).length !== names.length) throw new Mismatch()
    return branchPlan(names.map((name) => [name, planOf(node[name] ?? null, root[name] ?? null, sample)]))
  }
  if (node !== root) throw new Mismatch()
  return undefined
}

function stringPlan(text: string, root: string, { texts, styles, strings }: Sample): Plan | undefined {
  const plan = textPlan(text, styles)
  if ((plan === undefined ? text : fillText(plan, texts)) !== root) throw new Mismatch()
  for (const hole of plan?.holes ?? []) strings[hole] = plan
  return plan
}

function branchPlan(entries: readonly (readonly [string | number, Plan | undefined])[]): Plan | undefined {
  const members = entries.flatMap(([key, plan]) => (plan === undefined ? [] : [[key, plan] as const]))
  return members.length === 0 ? undefined : { members, holes: members.flatMap(([, plan]) => plan.holes) }
}

function isAll({ pieces }: TextPlan): boolean {
  return pieces.length === 2 && pieces.every((piece) => piece === '')
}

/** What a text with the same shape and these holes is read to; undefined if that cannot be told from the pattern. */
export function applyPattern(pattern: Pattern, holes: readonly string[]): Json | undefined {
  let texts: string[] | undefined
  const changed = new Set<number>()
  for (let hole = 0; hole < holes.length; hole++) {
    const [text, known] = [holes[hole] ?? '', pattern.holes[hole] ?? '']
    if (text === known) continue
    const string = pattern.strings[hole]
    const inner = innerOf(text)
    if (string === undefined || innerOf(known).isQuoted !== inner.isQuoted) return undefined
    if (!fits(inner.text, string.style, isAll(string))) return undefined
    texts ??= [...pattern.texts]
    texts[hole] = inner.text
    changed.add(hole)
  }
  if (texts === undefined) return pattern.root
  for (const hole of changed) {
    const string = pattern.strings[hole]
    if (string?.style === 'plain' && !isPlainText(fillText(string, texts))) return undefined
  }
  return fill(pattern.root, pattern.plan, texts, changed)
}
