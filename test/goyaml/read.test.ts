/** Rows of the tables were answered by sigs.k8s.io/yaml v1.6.0 and ghodss/yaml v1.0.0 (tools/go-oracle). */
import { isObject } from '../../src/golang/json-value.ts'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { marshalJson } from '../../src/golang/json.ts'
import {
  describe,
  read,
  readTyped,
  splitDocuments,
  unmarshalMessage,
  YamlError,
} from '../../src/goyaml/index.ts'
import type { YamlTarget } from '../../src/goyaml/index.ts'
import { target } from '../../tools/go-oracle/target.ts'
import { differences, goRows } from '../go-rows.ts'
import { sharedData } from '../shared-data.ts'

/** Go's JSON has an order of its own and integers beyond 2^53; what a decoder makes of it counts. */
function isSameJson(ours: string, go: string): boolean {
  // Go prints the whole of a key that JSON cannot have; ours stops before it.
  if (ours.includes('map key')) return go.startsWith(ours)
  if (ours.startsWith('error: ') || go.startsWith('error: ')) return ours === go
  return isDeepStrictEqual(JSON.parse(ours), JSON.parse(go))
}

function failure(run: () => unknown): YamlError {
  try {
    run()
  } catch (error) {
    if (error instanceof YamlError) return error
    throw error
  }
  throw new Error('did not fail')
}

t.test('every document is read, or refused with the same words, as by Go', (t) => {
  const rows = goRows('goyaml/read.json')
  t.strictSame(
    differences(rows, (text) => marshalJson(read(text)), isSameJson),
    [],
  )
  t.ok(rows.length > 500)
  t.end()
})

t.test('typed reading makes strings of numbers and booleans as Go does', (t) => {
  t.strictSame(
    differences(
      goRows('goyaml/typed.json', 'typed'),
      (text) => marshalJson(readTyped(text, target)),
      isSameJson,
    ),
    [],
  )
  t.end()
})

t.test('typed reading without unsigned exponents is that of Istio 1.0 to 1.3', (t) => {
  const rules = { unsignedExponentFloats: false }
  t.strictSame(
    differences(
      goRows('goyaml/typed.json', 'typed-old'),
      (text) => marshalJson(readTyped(text, target, rules)),
      isSameJson,
    ),
    [],
  )
  t.end()
})

t.test('streams are split where YAMLReader splits them', (t) => {
  t.strictSame(
    differences(goRows('goyaml/split.json'), (text) => JSON.stringify(splitDocuments(text)), isSameJson),
    [],
  )
  t.strictSame(
    splitDocuments('a\n--- # c\nb\n---x\nc\n'),
    ['a\n--- # c\nb\n---x\nc\n'],
    'as the YAMLReader of Istio 1.0',
  )
  t.end()
})

t.test('keys that are special to JavaScript are members like any other', (t) => {
  const value = read('__proto__: {a: 1}\nconstructor: 2\nb: &x {__proto__: 3}\nc: {<<: *x}\nd: *x\n')
  t.equal(
    JSON.stringify(value),
    '{"__proto__":{"a":1},"constructor":2,"b":{"__proto__":3},"c":{"__proto__":3},"d":{"__proto__":3}}',
  )
  t.equal(Object.getPrototypeOf(value), Object.prototype)
  t.end()
})

t.test('members keep the order of the document', (t) => {
  t.equal(JSON.stringify(read('c: 1\na: 2\nb: 3\na: 4\n')), '{"c":1,"a":4,"b":3}')
  t.end()
})

t.test('an alias gives a copy, not the same object', (t) => {
  const value = read('a: &x {b: [1]}\nc: *x\n')
  t.strictSame(value, { a: { b: [1] }, c: { b: [1] } })
  t.ok(isObject(value) && value['a'] !== value['c'])
  t.end()
})

t.test('bytes that are no UTF-8 are refused', (t) => {
  t.equal(failure(() => read('a: \udcff\n')).message, 'yaml: invalid leading UTF-8 octet')
  t.equal(failure(() => read('a: \udcc3b\n')).message, 'yaml: invalid trailing UTF-8 octet')
  t.match(
    failure(() => read('a: 1\nb: c\udce2')),
    { message: 'yaml: incomplete UTF-8 octet sequence', line: 2, column: 5 },
  )
  t.end()
})

t.test('errors have a code, a true place and a picture', (t) => {
  const rows: [text: string, code: string, line: number, column: number][] = [
    ['a: b: c', 'syntax', 1, 5],
    ['a: 1\nb: [c\n', 'syntax', 3, 1],
    ['a: 1\n b: 2\n', 'syntax', 2, 3],
    ['a:\n  - b\n c: d\n', 'syntax', 3, 2],
    ['a: 1\nb: *x\n', 'anchor', 2, 4],
    ['a: \u0001', 'character', 1, 4],
    ['a: !!int b', 'tag', 0, 0],
    ['<<: 1', 'merge', 0, 0],
    ['~: 1', 'key', 0, 0],
    ['[1]: 1', 'key', 0, 0],
    ['a: .inf', 'number', 0, 0],
  ]
  for (const [text, code, line, column] of rows)
    t.match(
      failure(() => read(text)),
      { code, line, column },
      text,
    )
  const source = 'a: 1\nb: c: d\n'
  const error = failure(() => read(source))
  t.equal(
    describe(error, source),
    'yaml: line 2: mapping values are not allowed in this context\n  2 | b: c: d\n    |     ^',
  )
  t.equal(
    describe(
      failure(() => read('<<: 1')),
      '<<: 1',
    ),
    failure(() => read('<<: 1')).message,
    'no place, no picture',
  )
  const long = `${'x'.repeat(500)}: y: z`
  t.equal(
    describe(
      failure(() => read(long)),
      long,
    ).split('\n')[1]?.length,
    100 + '  1 | '.length,
    'long lines are cut',
  )
  t.equal(
    unmarshalMessage(error),
    'error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
  )
  t.end()
})

t.test('hostile documents are refused soon', (t) => {
  const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let n = 1; n < 12; n++)
    laughs.push(
      `a${n}: &a${n} [${Array(9)
        .fill(`*a${n - 1}`)
        .join(', ')}]`,
    )
  const merges = ['a0: &a0 {k: v}']
  for (let n = 1; n < 3000; n++) merges.push(`a${n}: &a${n} {<<: *a${n - 1}, k${n}: v}`)
  const chain = ['a0: &a0 []']
  for (let n = 1; n < 1500; n++) chain.push(`a${n}: &a${n} [*a${n - 1}]`)
  const rows: [name: string, text: string, message: RegExp][] = [
    ['billion laughs', laughs.join('\n'), /excessive aliasing/],
    ['laughs by merging', merges.join('\n'), /excessive aliasing|max depth/],
    ['a chain of aliases', chain.join('\n'), /excessive aliasing|max depth/],
    ['brackets', '['.repeat(200_000), /exceeded max depth of 500/],
    ['brackets that end', '['.repeat(100_000) + ']'.repeat(100_000), /exceeded max depth of 500/],
    ['items of items', '- '.repeat(100_000), /exceeded max depth of 500/],
    ['keys of keys', '? '.repeat(100_000), /exceeded max depth of 500/],
    ['maps in lists', '[{a: '.repeat(50_000), /exceeded max depth of 500/],
  ]
  for (const [name, text, message] of rows) {
    const start = performance.now()
    t.match(
      failure(() => read(text)),
      { code: 'too-large', message },
      name,
    )
    const milliseconds = performance.now() - start
    t.ok(milliseconds < 50 || text.length > 1e5, `${name}: ${milliseconds} ms`)
  }
  t.throws(() => read('[1, 2, 3]', { limits: { nodes: 3 } }), {
    message: 'yaml: document has more than 3 nodes',
  })
  t.throws(() => read('[[]]', { limits: { depth: 1 } }), { message: 'yaml: exceeded max depth of 1' })
  t.throws(
    () => read('a: &x [[]]\nb: [[*x]]', { limits: { depth: 4 } }),
    { code: 'too-large' },
    'depth through an alias',
  )
  t.doesNotThrow(() => read('a: &x [[]]\nb: [*x]', { limits: { depth: 4 } }))
  t.end()
})

t.test('long runs of blanks and breaks take linear time', (t) => {
  const blanks = ' '.repeat(200_000)
  for (const text of [
    `a: ${blanks}b`,
    `a: "${blanks}\nb"`,
    `a: "x${blanks}x\n"`,
    `a: |\n${' \n'.repeat(100_000)}`,
    `a: b${'\n'.repeat(200_000)}`,
  ]) {
    const start = performance.now()
    read(text)
    t.ok(performance.now() - start < 500, JSON.stringify(text.slice(0, 10)))
  }
  t.end()
})

t.test('the scalars of the running 1.30.3 injector', (t) => {
  const path = sharedData('vectors/yaml-parse-scalars.json')
  if (path === undefined) {
    t.comment('skipped: the shared vectors are missing')
    t.end()
    return
  }
  const rows: { yaml: string; json: string; error?: string; asContainerArgErr: string }[] = JSON.parse(
    readFileSync(path, 'utf8'),
  )
  const asTexts: YamlTarget = { kind: 'map', element: { kind: 'string' } }
  for (const { yaml, json, error, asContainerArgErr } of rows) {
    t.strictSame(
      differences(
        [{ text: yaml, ...(error ? { error } : { out: json }) }],
        (text) => JSON.stringify(read(text)),
        isSameJson,
      ),
      [],
      yaml,
    )
    const typed = /^typed-string:(.*)$/s.exec(asContainerArgErr)?.[1]
    // The decoder makes "" of null.
    if (typed !== undefined)
      t.equal(JSON.stringify(readTyped(yaml, asTexts)).replace('null', '""'), JSON.stringify({ v: typed }))
  }
  t.end()
})
