/** Rows of write.json were written by sigs.k8s.io/yaml v1.6.0 (tools/go-oracle). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { dump } from 'js-yaml'
import t from 'tap'
import { read, splitDocuments, write } from '../../src/goyaml/index.ts'
import { isObject, type Json } from '../../src/golang/json-value.ts'
import { differences, goRows } from '../go-rows.ts'
import { sharedData } from '../shared-data.ts'

t.test('every value is written byte for byte as by Go', (t) => {
  const rows = goRows('goyaml/write.json')
  t.strictSame(
    differences(rows, (text) => write(JSON.parse(text))),
    [],
  )
  t.ok(rows.length > 400)
  t.end()
})

t.test('without folding, lines are as long as their text', (t) => {
  const words = 'word '.repeat(30).trim()
  t.equal(write({ a: words }, { fold: false }), `a: ${words}\n`)
  t.equal(write({ a: `${words}: ` }, { fold: false }), `a: '${words}: '\n`)
  t.equal(write({ a: `${words}\t` }, { fold: false }), `a: "${words}\\t"\n`)
  t.equal(write({ a: words }).split('\n').length, 3)
  t.end()
})

t.test('what Go cannot marshal is an error', (t) => {
  t.throws(() => write({ a: NaN }), {
    code: 'number',
    message: 'error marshaling into JSON: json: unsupported value: NaN',
  })
  t.throws(() => write(-Infinity), { message: 'error marshaling into JSON: json: unsupported value: -Inf' })
  let deep: Json = []
  for (let n = 0; n < 5000; n++) deep = [deep]
  t.throws(() => write(deep), { code: 'too-large' })
  t.end()
})

/** Text of everything that the emitter treats in a way of its own. */
const textArbitrary = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        ' ',
        '\n',
        ': ',
        '- ',
        '#',
        "'",
        '"',
        '\\',
        '\t',
        '1',
        'y',
        '{',
        '😀',
        'é',
        '\u2028',
        'word '.repeat(20),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)

const { value: valueArbitrary } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    textArbitrary,
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(textArbitrary, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

/** Go's own way back fails for these: `<<` is written bare; NEL and C1 controls do not survive the JSON between. */
function survivesGo(value: Json): boolean {
  const json = JSON.stringify(value)
  return !/[\x7f-\x9f\ufffe\uffff]|\\u[dD][89a-fA-F]|"<<":/.test(json)
}

t.test('what is written reads back the same', (t) => {
  fc.assert(
    fc.property(valueArbitrary.filter(survivesGo), (value) => {
      const text = write(value)
      if (!isDeepStrictEqual(read(text), value)) throw new Error(`not the same: ${text}`)
      if (write(read(text)) !== text) throw new Error(`not stable: ${text}`)
    }),
    { numRuns: 300 },
  )
  t.end()
})

t.test('whatever style another writer chooses is read the same', (t) => {
  const options = fc.record({
    flowLevel: fc.integer({ min: -1, max: 3 }),
    indent: fc.integer({ min: 2, max: 5 }),
    lineWidth: fc.constantFrom(-1, 20, 80),
    seqNoIndent: fc.boolean(),
    forceQuotes: fc.boolean(),
    quoteStyle: fc.constantFrom('single' as const, 'double' as const),
    flowBracketPadding: fc.boolean(),
    quoteFlowKeys: fc.boolean(),
  })
  // U+2028 and U+2029 are breaks only in YAML 1.1, which is ours.
  const common = valueArbitrary.filter(
    (value) => survivesGo(value) && !/[\u2028\u2029]/.test(JSON.stringify(value)),
  )
  fc.assert(
    fc.property(common, options, (drawn, options) => {
      // The indentation that a block scalar at the root names is counted from -1 in YAML 1.2 (8.1.1.1), from 0 by Go.
      const value = typeof drawn === 'string' ? [drawn] : drawn
      const text = dump(value, options)
      if (!isDeepStrictEqual(read(text), value)) throw new Error(`read otherwise: ${text}`)
    }),
    { numRuns: 300 },
  )
  t.end()
})

function isKind(value: Json, kind: string): boolean {
  return isObject(value) && value['kind'] === kind
}

t.test("all of Istio's own expected documents are written as they stand", (t) => {
  const corpus = sharedData('corpus')
  if (corpus === undefined) {
    t.comment('skipped: the shared corpus is missing')
    t.end()
    return
  }
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /expected[^/]*\.yaml$/.test(path),
  )
  const different: string[] = []
  let documents = 0
  for (const path of files) {
    for (const document of splitDocuments(readFileSync(join(corpus, path), 'utf8'))) {
      const value = read(document)
      // kube-inject copies what it does not inject.
      if (isKind(value, 'Service')) continue
      documents++
      if (write(value, { fold: !path.startsWith('1.9.0/') }) !== document) different.push(path)
    }
  }
  t.strictSame(different, [])
  t.ok(documents > 100, `${documents} documents`)
  t.end()
})
