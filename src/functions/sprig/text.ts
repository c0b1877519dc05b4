/** Texts out of anything. */
import { encode } from '../../golang/bytes.ts'
import { goKind, isGoValue, sprintOne, sprintf, type Value } from '../../gotemplate/index.ts'
import { elementsIfAny } from './reflect.ts'

/** Sprig's strval: a string itself, bytes as a string, what has a text of its own, else as fmt prints it. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  const isBytes = isGoValue(value) && value.goType === '[]uint8' && value[goKind] === 'slice'
  return isBytes ? sprintf('%s', [value]) : sprintOne(value)
}

/** Sprig's strslice: the texts of a list's items, nil left out; anything else is a list of itself. */
export function textsOf(value: Value): string[] {
  const elements = elementsIfAny(value)
  if (elements !== undefined) return elements.filter(isSomething).map(textOf)
  return isSomething(value) ? [textOf(value)] : []
}

/** Is it no nil interface? */
export function isSomething(value: Value): boolean {
  return value !== null && value !== undefined
}

/** A text as one character for each of its bytes, for functions that go by bytes. */
export function toBinary(text: string): string {
  return Buffer.from(encode(text)).toString('latin1')
}
