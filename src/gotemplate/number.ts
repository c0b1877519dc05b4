import { NumError, parseFloat, parseInt, parseUint } from '../golang/parse.ts'
import { quote } from '../golang/quote.ts'
import { unquoteChar } from '../golang/unquote.ts'
import type { NumberValues } from './nodes.ts'

const leastInt = -(2 ** 63)
const beyondInt = 2 ** 63
const beyondUint = 2 ** 64

/** The numbers that a token of the lexer can stand for. Throws an Error with Go's message if it is none. */
export function readNumber(text: string, type: 'number' | 'charConstant' | 'complex'): NumberValues {
  if (type === 'charConstant') return readChar(text)
  if (type === 'complex') return readComplex(text)
  const imaginary = text.endsWith('i') ? attempt(() => parseFloat(text.slice(0, -1), 64)) : undefined
  if (imaginary !== undefined) return fromComplex(0, imaginary)
  // Integers first, so that 0x123 is one.
  const uint = attempt(() => parseUint(text, 0, 64))
  const int = attempt(() => parseInt(text, 0, 64))
  if (int !== undefined) {
    return { int, uint: int === 0n ? 0n : uint, float: Number(int), complex: undefined }
  }
  if (uint !== undefined) return { int, uint, float: Number(uint), complex: undefined }
  return readFloat(text)
}

function readChar(text: string): NumberValues {
  const char = unquoteChar(text.slice(1), "'")
  if (char === undefined) throw new Error('invalid syntax')
  if (char.next !== text.length - 2) throw new Error(`malformed character constant: ${text}`)
  const rune = BigInt(char.value)
  return { int: rune, uint: rune, float: char.value, complex: undefined }
}

function readFloat(text: string): NumberValues {
  const float = attempt(() => parseFloat(text, 64))
  if (float === undefined) throw new Error(`illegal number syntax: ${quote(text)}`)
  // Digits alone are an integer, and too great for one.
  if (!/[.eEpP]/.test(text)) throw new Error(`integer overflow: ${quote(text)}`)
  return { ...wholeValues(float), float, complex: undefined }
}

function readComplex(text: string): NumberValues {
  // The lexer has taken two numbers: the second begins at the first sign that is no exponent's.
  const exponents = /^[+-]?0x/i.test(text) ? 'pP' : 'eE'
  let split = 1
  while (!'+-'.includes(text.charAt(split)) || exponents.includes(text.charAt(split - 1))) split++
  return fromComplex(parseFloat(text.slice(0, split), 64), parseFloat(text.slice(split, -1), 64))
}

function fromComplex(real: number, imaginary: number): NumberValues {
  const complex = { real, imaginary }
  if (imaginary !== 0) return { int: undefined, uint: undefined, float: undefined, complex }
  return { ...wholeValues(real), float: real, complex }
}

/** A float as the integers that equal it. */
function wholeValues(float: number): { int: bigint | undefined; uint: bigint | undefined } {
  const whole = Number.isInteger(float)
  return {
    int: whole && float >= leastInt && float < beyondInt ? BigInt(float) : undefined,
    uint: whole && float >= 0 && float < beyondUint ? BigInt(float) : undefined,
  }
}

/** The number, or undefined if the text is none. */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof NumError) return undefined
    throw error
  }
}
