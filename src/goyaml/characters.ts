/** Character codes that YAML gives a meaning to. */
export const char = {
  end: 0,
  tab: 0x09,
  lineFeed: 0x0a,
  return: 0x0d,
  space: 0x20,
  exclamation: 0x21,
  doubleQuote: 0x22,
  hash: 0x23,
  percent: 0x25,
  ampersand: 0x26,
  singleQuote: 0x27,
  asterisk: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  less: 0x3c,
  greater: 0x3e,
  question: 0x3f,
  at: 0x40,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  backquote: 0x60,
  openBrace: 0x7b,
  bar: 0x7c,
  closeBrace: 0x7d,
  nextLine: 0x85,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
} as const

/** A line break of YAML 1.1: LF, CR, NEL, LS or PS. */
export function isBreak(code: number): boolean {
  if (code < 0x80) return code === char.lineFeed || code === char.return
  return code === char.nextLine || code === char.lineSeparator || code === char.paragraphSeparator
}

export function isBlank(code: number): boolean {
  return code === char.space || code === char.tab
}

export function isBreakOrEnd(code: number): boolean {
  return code === char.end || isBreak(code)
}

/** A blank, a break or the end: what must follow `-`, `?`, `:` in block context. */
export function isGap(code: number): boolean {
  if (code > char.space && code < 0x80) return false
  return code === char.space || code === char.tab || isBreakOrEnd(code)
}

/** A character that has a meaning of its own inside `[…]` and `{…}`, wherever it stands in a plain scalar. */
export function isFlowIndicator(code: number): boolean {
  return (
    code === char.comma ||
    code === char.question ||
    code === char.openBracket ||
    code === char.closeBracket ||
    code === char.openBrace ||
    code === char.closeBrace
  )
}

/** A character of anchors, tag handles and directive names. */
export function isWordCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    isDigit(code) ||
    code === char.minus ||
    code === 0x5f
  )
}

export function isDigit(code: number): boolean {
  return code >= char.zero && code <= char.nine
}
