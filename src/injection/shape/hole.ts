import { isPlainString, type ScalarStyle } from '../../goyaml/index.ts'

/*
 * What may stand in a hole of a rendered text without changing how YAML reads the rest. Everything is stricter than
 * YAML: what is refused here is read in full, which is slower and never wrong.
 */

/** Longer texts are rare, and YAML looks at the length of some. */
const longest = 512

/** What a hole holds that is put into quotes by the template function `quote`: they are YAML's, not the text's. */
const quoted = /^"[^"\\]*"$/

/** The text in a hole that may change: what is between its quotes, or all of it. */
export interface Inner {
  readonly text: string
  readonly isQuoted: boolean
}

/** The part of a hole's text that may change. */
export function innerOf(hole: string): Inner {
  return quoted.test(hole) ? { text: hole.slice(1, -1), isQuoted: true } : { text: hole, isQuoted: false }
}

/** Printable ASCII that does not begin or end with a blank. */
const printable = /^[!-~](?:[ -~]*[!-~])?$/
const withoutSingleQuote = /^[!-&(-~](?:[ -&(-~]*[!-&(-~])?$/
const withoutDoubleQuote = /^[!#-[\]-~](?:[ !#-[\]-~]*[!#-[\]-~])?$/
/** In `[…]` and `{…}` a colon may mean something. */
const plain = /^[\w/.@-]+$/

/** Whether a text may stand in a hole of a scalar that is written so; `isAll` if there is nothing else in it. */
export function fits(text: string, style: ScalarStyle, isAll: boolean): boolean {
  if (text === '') return isAll && (style === 'single-quoted' || style === 'double-quoted')
  if (text.length > longest) return false
  switch (style) {
    case 'plain':
      return plain.test(text)
    case 'single-quoted':
      return withoutSingleQuote.test(text)
    case 'double-quoted':
      return withoutDoubleQuote.test(text)
    case 'literal':
      return printable.test(text)
    default:
      return false // how lines are folded depends on what is in them
  }
}

const plainStart = /^[\w/]/

/** Whether a whole scalar without quotes, its holes filled, is a string. */
export function isPlainText(text: string): boolean {
  return plainStart.test(text) && isPlainString(text)
}
