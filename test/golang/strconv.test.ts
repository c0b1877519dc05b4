/** Every row of strconv.expected.jsonl was written by Go (tools/strconv-oracle): the function, its arguments, the result. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { byteAt, byteLength, byteSlice, decode, encode, normalize } from '../../src/golang/bytes.ts'
import { formatFloat, type FloatFormat } from '../../src/golang/float.ts'
import { atoi, NumError, parseBool, parseFloat, parseInt, parseUint } from '../../src/golang/parse.ts'
import { canBackquote, quote, quoteRune, quoteRuneToAscii, quoteToAscii } from '../../src/golang/quote.ts'
import { unquote } from '../../src/golang/unquote.ts'

type Cell = string | number | boolean | null
type Row = [name: string, ...Cell[]]

const rows = readFileSync(new URL('strconv.expected.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Row => JSON.parse(line))

/** What we answer, in the columns that Go's answer has in the row. */
const answers: Record<string, (...args: never[]) => readonly Cell[]> = {
  formatFloat: (bits: string, format: FloatFormat, precision: number, size: 32 | 64) => [
    formatFloat(fromBits(bits), format, precision, size),
  ],
  parseFloat: (text: string, size: 32 | 64) =>
    parsed(
      () => parseFloat(text, size),
      (value) => toBits(Number(value)),
    ),
  parseInt: (text: string, base: number, size: number) => parsed(() => parseInt(text, base, size), String),
  parseUint: (text: string, base: number, size: number) => parsed(() => parseUint(text, base, size), String),
  atoi: (text: string) => parsed(() => atoi(text), String),
  parseBool: (text: string) => parsed(() => parseBool(text), Boolean),
  quote: (text: string) => [quote(text)],
  quoteToAscii: (text: string) => [quoteToAscii(text)],
  quoteRune: (rune: number) => [quoteRune(rune)],
  quoteRuneToAscii: (rune: number) => [quoteRuneToAscii(rune)],
  canBackquote: (text: string) => [canBackquote(text)],
  unquote: (text: string) => [unquote(text) ?? null],
  byteLength: (text: string) => [byteLength(text)],
  byteSlice: (text: string, from: number, to: number) => [byteSlice(text, from, to)],
  byteAt: (text: string, index: number) => [byteAt(text, index)],
}

for (const [name, answer] of Object.entries(answers)) {
  t.test(`${name} answers as Go does`, (t) => {
    const own = rows.filter((row) => row[0] === name)
    t.ok(own.length > 0, 'has rows')
    for (const [, ...cells] of own) {
      const wanted = cells.slice(answer.length)
      const given = call(answer, cells.slice(0, answer.length))
      if (!sameCells(given, wanted)) t.same(given, wanted, JSON.stringify(cells))
    }
    t.end()
  })
}

t.test('bytes survive the way into a string and back', (t) => {
  for (let first = 0; first < 256; first++) {
    const bytes = Uint8Array.from([0x61, first, 0x80, 0xbf, 0x80, first, 0x62])
    if (Buffer.compare(encode(decode(bytes)), bytes) !== 0) t.fail(`byte ${first} is lost`)
  }
  t.equal(normalize('\udce2\udc82\udcac'), '€', 'single bytes that make a character become it')
  t.same(encode('\ud800'), Buffer.from('\ufffd'), 'a surrogate that stands for no byte is U+FFFD')
  t.end()
})

function call(answer: (...args: never[]) => readonly Cell[], args: readonly Cell[]): readonly Cell[] {
  return Reflect.apply(answer, undefined, args)
}

function fromBits(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE()
}

function toBits(value: number): string {
  const buffer = Buffer.alloc(8)
  buffer.writeDoubleBE(value)
  return Number.isNaN(value) ? 'NaN' : buffer.toString('hex')
}

/** Value and error text; beside an error Go returns the nearest value. */
function parsed(parse: () => bigint | number | boolean, show: (value: unknown) => Cell): readonly Cell[] {
  try {
    return [show(parse()), null]
  } catch (error) {
    if (!(error instanceof NumError)) throw error
    return [show(error.nearest), error.message]
  }
}

function sameCells(given: readonly Cell[], wanted: readonly Cell[]): boolean {
  return given.length === wanted.length && given.every((cell, i) => cell === canonical(wanted[i]))
}

/** Go writes one of many NaNs. */
function canonical(cell: Cell | undefined): Cell | undefined {
  return typeof cell === 'string' && /^[7f]ff[0-9a-f]{13}$/.test(cell) && Number.isNaN(fromBits(cell))
    ? 'NaN'
    : cell
}
