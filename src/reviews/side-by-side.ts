import { diffArrays } from 'diff'

/** A line of a text, numbered from 1. */
export interface NumberedLine {
  readonly number: number
  readonly text: string
}

/** Two lines next to each other. */
export type Row =
  | { readonly kind: 'same' | 'changed'; readonly before: NumberedLine; readonly after: NumberedLine }
  | { readonly kind: 'removed'; readonly before: NumberedLine }
  | { readonly kind: 'added'; readonly after: NumberedLine }

/**
 * More lines than an injection changes: sidecars have some 200. What differs in more is not compared, since that
 * takes the square of them.
 */
const mostEdits = 4000

/** More than people look through, and some hundred times what pods have: as rows they are ten times as long. */
const mostLines = 20_000

/** Two texts of YAML, line by line next to each other; undefined if they are too long, or differ in too much. */
export function sideBySide(before: string, after: string): Row[] | undefined {
  const [olds, news] = [linesOf(before), linesOf(after)]
  if (Math.max(olds.length, news.length) > mostLines) return undefined
  const changes = diffArrays(olds, news, { maxEditLength: mostEdits })
  if (changes === undefined) return undefined
  const rows: Row[] = []
  let [left, right] = [1, 1]
  let removed: NumberedLine[] = []
  let added: NumberedLine[] = []

  function flush(): void {
    rows.push(...paired(removed, added))
    removed = []
    added = []
  }

  for (const change of changes) {
    for (const text of change.value) {
      if (change.removed) removed.push({ number: left++, text })
      else if (change.added) added.push({ number: right++, text })
      else {
        flush()
        rows.push({ kind: 'same', before: { number: left++, text }, after: { number: right++, text } })
      }
    }
  }
  flush()
  return rows
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Lines that say something else of the same member stand next to each other, others alone. */
function paired(removed: readonly NumberedLine[], added: readonly NumberedLine[]): Row[] {
  const rows: Row[] = []
  let next = 0
  for (const before of removed) {
    const key = keyOf(before.text)
    const match =
      key === undefined ? -1 : added.findIndex(({ text }, at) => at >= next && keyOf(text) === key)
    if (match === -1) {
      rows.push({ kind: 'removed', before })
      continue
    }
    rows.push(...added.slice(next, match).map((after): Row => ({ kind: 'added', after })))
    const after = added[match]
    if (after !== undefined) rows.push({ kind: 'changed', before, after })
    next = match + 1
  }
  return [...rows, ...added.slice(next).map((after): Row => ({ kind: 'added', after }))]
}

/** `    image:` of `    image: web:1`. */
function keyOf(line: string): string | undefined {
  return /^[\s-]*[^\s:]+:/.exec(line)?.[0]
}
