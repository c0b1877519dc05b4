/** The replacement templates of Go's regexp: `$1`, `${1}`, `$name`, `${name}`, `$$`. */
import type { Matcher } from 're2js'

/** Texts, and the numbers and names of groups between them. */
export type Replacement = readonly (string | { readonly group: number | string })[]

/** A name or number after the dollar sign, as long as can be, or in braces; and the sign itself. */
const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu

const greatestGroup = 100_000_000

/** Reads a template. A dollar sign that begins nothing is itself. */
export function parseReplacement(template: string): Replacement {
  const parts: (string | { group: number | string })[] = []
  let end = 0
  for (const match of template.matchAll(reference)) {
    const name = match[1] ?? match[2]
    parts.push(template.slice(end, match.index), name === undefined ? '$' : { group: groupOf(name) })
    end = match.index + match[0].length
  }
  return [...parts, template.slice(end)]
}

/** The text that stands for a match. Groups that there are not, or that did not match, are empty. */
export function expand(
  replacement: Replacement,
  match: Matcher,
  names: Readonly<Record<string, number>>,
): string {
  let text = ''
  for (const part of replacement) {
    if (typeof part === 'string') text += part
    else text += groupText(part.group, match, names) ?? ''
  }
  return text
}

/** Digits are a number, unless there is a zero before them. */
function groupOf(name: string): number | string {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name) && Number(name) < greatestGroup ? Number(name) : name
}

function groupText(
  group: number | string,
  match: Matcher,
  names: Readonly<Record<string, number>>,
): string | null {
  const number = typeof group === 'number' ? group : Object.hasOwn(names, group) ? names[group] : undefined
  return number === undefined || number > match.groupCount() ? null : match.group(number)
}
