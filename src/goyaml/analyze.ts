import { char, isBlank, isBreak, isBreakOrEnd } from './characters.ts'

/** In which styles a text can stand, as libyaml's emitter sees it. */
export interface Analysis {
  readonly multiline: boolean
  readonly plainAllowed: boolean
  readonly singleQuotedAllowed: boolean
  readonly blockAllowed: boolean
}

/** Text that needs no second look: words of letters, digits and `-_./`. */
const simple = /^[A-Za-z_/](?:[\w./-]*\w)?$/

const simpleAnalysis: Analysis = {
  multiline: false,
  plainAllowed: true,
  singleQuotedAllowed: true,
  blockAllowed: true,
}

/** A first character that says that something else than a plain scalar begins. */
const indicators: ReadonlySet<string> = new Set('#,[]{}&*!|>\'"%@`')

/** Finds the styles for a text in block context. */
export function analyze(text: string): Analysis {
  if (simple.test(text)) return simpleAnalysis
  if (text === '') return { ...simpleAnalysis, blockAllowed: false }
  const { isMultiline, breakThenSpace, spaceThenBreak, isSpecial, hasIndicator } = examine(text)
  const first = text.charCodeAt(0)
  const last = text.charCodeAt(text.length - 1)
  const hasEdge = first === char.space || last === char.space || isBreak(first) || isBreak(last)
  return {
    multiline: isMultiline,
    plainAllowed: !(hasEdge || breakThenSpace || spaceThenBreak || isSpecial || isMultiline || hasIndicator),
    singleQuotedAllowed: !(breakThenSpace || spaceThenBreak || isSpecial),
    blockAllowed: !(last === char.space || spaceThenBreak || isSpecial),
  }
}

interface Findings {
  readonly isMultiline: boolean
  readonly breakThenSpace: boolean
  readonly spaceThenBreak: boolean
  readonly isSpecial: boolean
  readonly hasIndicator: boolean
}

function examine(text: string): Findings {
  let isMultiline = false
  let breakThenSpace = false
  let spaceThenBreak = false
  let isSpecial = false
  let hasIndicator = startsWithIndicator(text)
  let before: number = char.end
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === char.colon && isBlankOrEnd(text, at + 1)) hasIndicator = true
    if (code === char.hash && at > 0 && (isBlank(before) || isBreakOrEnd(before))) hasIndicator = true
    if (isBreak(code)) {
      isMultiline = true
      if (before === char.space) spaceThenBreak = true
    } else if (code === char.space && at > 0 && isBreak(before)) {
      breakThenSpace = true
    }
    if (!isPrintable(code)) isSpecial = true
    before = code
  }
  return { isMultiline, breakThenSpace, spaceThenBreak, isSpecial, hasIndicator }
}

function startsWithIndicator(text: string): boolean {
  if (text.startsWith('---') || text.startsWith('...') || indicators.has(text.charAt(0))) return true
  const first = text.charCodeAt(0)
  return (first === char.question || first === char.minus) && isBlankOrEnd(text, 1)
}

function isBlankOrEnd(text: string, at: number): boolean {
  return at >= text.length || isBlank(text.charCodeAt(at))
}

/** What the emitter writes as it is. Beyond U+FFFF it escapes everything, emoji too. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20 || code === char.lineFeed
  if (code < 0xa0) return false
  return (code < 0xd800 || code > 0xdfff) && code !== 0xfeff && code < 0xfffe
}
