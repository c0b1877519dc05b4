/** Rows of json.json were answered by encoding/json (tools/go-oracle). */
import fc from 'fast-check'
import t from 'tap'
import { marshalJson, marshalText, toPrettyJson } from '../../src/golang/json.ts'
import { parseJson } from '../../src/golang/parse-json.ts'
import { differences, goRows } from '../go-rows.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

t.test('every text is read and written, or refused with the same words, as by Go', (t) => {
  t.strictSame(
    differences(goRows('golang/json.json', 'json'), (text) => marshalJson(parseJson(text))),
    [],
  )
  t.strictSame(
    differences(goRows('golang/json.json', 'json-indent'), (text) => toPrettyJson(parseJson(text))),
    [],
  )
  t.end()
})

t.test('HTML is left alone where Go is told so', (t) => {
  t.equal(marshalJson({ '<a>': '&\u2028"' }, { escapeHtml: false }), '{"<a>":"&\\u2028\\""}')
  t.equal(marshalText('a&b'), '"a\\u0026b"')
  t.equal(marshalText('a&b', false), '"a&b"')
  t.end()
})

t.test('integers of any size and bytes that are no UTF-8 are written', (t) => {
  t.equal(marshalJson([18446744073709551615n, 0n, -5n]), '[18446744073709551615,0,-5]')
  t.equal(marshalJson('a\udcffb😀'), '"a\\ufffdb😀"')
  t.end()
})

t.test('what JSON cannot say is an error', (t) => {
  t.throws(() => marshalJson([NaN]), { code: 'unsupported-value', message: 'json: unsupported value: NaN' })
  t.throws(() => marshalJson({ a: -Infinity }), { message: 'json: unsupported value: -Inf' })
  t.end()
})

t.test('depth is bounded as in Go, without a stack', (t) => {
  t.doesNotThrow(() => parseJson(nested(10_000)))
  t.throws(() => parseJson(nested(10_001)), {
    code: 'too-deep',
    message: "invalid character '[' exceeded max depth",
  })
  t.throws(() => parseJson('['.repeat(1_000_000)), { code: 'too-deep' })
  t.throws(() => parseJson('{"a":'.repeat(10_001)), { message: "invalid character '{' exceeded max depth" })
  t.throws(() => marshalJson(parseJson(nested(5000))), { code: 'too-deep' })
  t.end()
})

t.test('keys that are special to JavaScript are members like any other', (t) => {
  const value = parseJson('{"__proto__":{"a":1},"constructor":2}')
  t.equal(marshalJson(value), '{"__proto__":{"a":1},"constructor":2}')
  t.equal(Object.getPrototypeOf(value), Object.prototype)
  t.end()
})

t.test('whatever is written reads back the same', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom('', '  '), (value, indent) => {
      const text = JSON.stringify(value)
      return marshalJson(parseJson(marshalJson(parseJson(text), { indent }))) === marshalJson(parseJson(text))
    }),
  )
  t.end()
})
