/** The flags, width and precision between `%` and the verb. */
export interface Flags {
  width: number | undefined
  precision: number | undefined
  minus: boolean
  plus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  /** `%+v`, where plus names the fields of structs instead of asking for a sign. */
  plusV: boolean
  /** `%#v`, where sharp asks for Go syntax instead of a prefix. */
  sharpV: boolean
}

export function noFlags(): Flags {
  return {
    width: undefined,
    precision: undefined,
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
  }
}

/** The text with padding up to the width, which counts characters; zeros stand on the left only. */
export function pad(flags: Flags, text: string): string {
  if (flags.width === undefined || flags.width === 0) return text
  return padBy(flags, text, flags.width - runeCount(text))
}

/** The text with this much padding. */
export function padBy(flags: Flags, text: string, count: number): string {
  if (count <= 0) return text
  if (flags.minus) return text + ' '.repeat(count)
  return (flags.zero ? '0' : ' ').repeat(count) + text
}

/** {@link pad} for what zeros must not fill. */
export function padBlank(flags: Flags, text: string): string {
  return flags.zero ? pad({ ...flags, zero: false }, text) : pad(flags, text)
}

/** Characters as Go counts them: a byte that is no UTF-8 is one. */
export function runeCount(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0xd800 && code <= 0xdbff) i++
    count++
  }
  return count
}
