/** What Go's text/template does not say: errors as objects, limits, hostile keys, functions of ours, the tree. */
import t from 'tap'
import {
  compileTemplate,
  describe,
  type FunctionMap,
  goMap,
  goSlice,
  type Limits,
  nodeText,
  sprint,
  sprintf,
  sprintln,
  sprintOne,
  TemplateError,
  type Value,
} from '../../src/gotemplate/index.ts'

const noFunctions: FunctionMap = new Map()

function render(text: string, data: Value = {}, functions: FunctionMap = noFunctions): string {
  return compileTemplate(text, { name: 'inject', functions }).execute(data)
}

function failure(
  text: string,
  data: Value,
  options: { limits?: Partial<Limits>; functions?: FunctionMap } = {},
): TemplateError {
  try {
    compileTemplate(text, { name: 'inject', functions: noFunctions, ...options }).execute(data)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`${text} did not fail`)
}

t.test('an error tells where it is and why', (t) => {
  const parse = failure('a\n{{ if }}', {})
  t.match(parse, {
    code: 'parse',
    template: 'inject',
    line: 2,
    message: 'template: inject:2: missing value for if',
  })
  const execute = failure('é\n é{{ .a.b }}', { a: null })
  t.match(execute, { code: 'execute', line: 2, column: 8, name: 'TemplateError' })
  const cause = new Error('boom')
  const functions = new Map([
    [
      'fails',
      {
        params: [],
        call: () => {
          throw cause
        },
      },
    ],
  ])
  t.equal(failure('{{ fails }}', {}, { functions }).cause, cause, 'the error of a function is the cause')
  t.match(
    failureOf(() => compileTemplate('', { name: 'x', functions: noFunctions }).executeNamed('y', {})),
    {
      code: 'execute',
      line: 0,
      message: 'template: no template "y" associated with template "x"',
    },
  )
  t.end()
})

function failureOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

t.test('describe shows the source line and a caret', (t) => {
  const source = 'spec:\n\té: {{ .a.b.c }}\n'
  t.equal(
    describe(failure(source, { a: { b: 1 } }), source),
    'template: inject:2:10: executing "inject" at <.a.b.c>: can\'t evaluate field c in type interface {}\n' +
      '  2 |  é: {{ .a.b.c }}\n' +
      '    |          ^',
  )
  const long = `${'x'.repeat(500)}{{ .a.b }}${'y'.repeat(500)}`
  t.match(
    describe(failure(long, { a: null }), long),
    /\n {2}1 \| x{75}\{\{ \.a\.b \}\}y+\n {4}\| {81}\^$/,
    'cuts a long line',
  )
  const nowhere = new TemplateError('execute', 'x', { line: 0, column: 0 }, 'lost')
  t.equal(describe(nowhere, source), 'lost', 'an error without a place is its message')
  t.end()
})

const limitRows: readonly [name: string, template: string, limits: Partial<Limits>, message: RegExp][] = [
  [
    'output in one loop',
    '{{ range 100 }}abcdefghij{{ end }}',
    { outputBytes: 500 },
    /output longer than 500 bytes/,
  ],
  ['output in one text', 'abcdefghij', { outputBytes: 5 }, /output longer than 5 bytes/],
  ['output counted in bytes', 'ééé', { outputBytes: 5 }, /output longer than 5 bytes/],
  [
    'a text that doubles',
    '{{ $x := "ab" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}',
    {},
    /text longer than/,
  ],
  ['a wide number', '{{ range 9 }}{{ $x := printf "%9000000d" 1 }}{{ end }}', {}, /text longer than/],
  ['an empty loop', '{{ range 100000000 }}{{ end }}', { steps: 1000 }, /more than 1000 steps/],
  [
    'work on long texts',
    '{{ range 1000 }}{{ $x := len $.long }}{{ end }}',
    { steps: 10_000 },
    /more than 10000 steps/,
  ],
  [
    'work on long lists and maps',
    '{{ range 1000 }}{{ $x := len $.many }}{{ end }}',
    { steps: 10_000 },
    /more than 10000 steps/,
  ],
  [
    'sorting again and again',
    '{{ range 1000 }}{{ range $.many }}{{ break }}{{ end }}{{ end }}',
    { steps: 10_000 },
    /steps/,
  ],
  [
    'templates in circles',
    '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}',
    {},
    /maximum template depth \(1000\)/,
  ],
  [
    'templates in circles with deep bodies',
    `{{ define "t" }}${'{{ if true }}'.repeat(150)}{{ template "t" }}${'{{ end }}'.repeat(150)}{{ end }}{{ template "t" }}`,
    {},
    /nested too deeply|maximum template depth/,
  ],
  ['parentheses', `{{ ${'('.repeat(1_000_000)}`, {}, /nested more than 200 deep/],
  ['blocks', '{{ if true }}'.repeat(100_000), {}, /nested more than 200 deep/],
  [
    'else if',
    `{{ if false }}${'{{ else if false }}'.repeat(5000)}{{ end }}`,
    {},
    /nested more than 200 deep/,
  ],
  ['a value that nests', '{{ .deep }}', {}, /nested more than 500 deep/],
  ['a value that is in itself', '{{ print .shared }}', {}, /text longer than/],
]

t.test('limits stop what is too much', (t) => {
  let deep: Value = 'x'
  let shared: Value = 'x'
  for (let i = 0; i < 10_000; i++) deep = [deep]
  for (let i = 0; i < 40; i++) shared = [shared, shared]
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]))
  const data = { deep, shared, many, long: 'é'.repeat(100_000) }
  for (const [name, template, limits, message] of limitRows) {
    t.match(failure(template, data, { limits }), { code: 'limit', message }, name)
  }
  t.equal(
    render(`${'{{ if true }}'.repeat(200)}x${'{{ end }}'.repeat(200)}`),
    'x',
    'the limit itself is allowed',
  )
  t.equal(render(`{{ ${'('.repeat(200)}1${')'.repeat(200)} }}`), '1', 'in parentheses as well')
  t.end()
})

t.test('a limit inside a function is a limit', (t) => {
  const inner = compileTemplate('{{ range 1000 }}{{ end }}', {
    name: 'inner',
    functions: noFunctions,
    limits: { steps: 10 },
  })
  const functions = new Map([['inner', { params: [], call: () => inner.execute({}) }]])
  t.match(failure('{{ inner }}', {}, { functions }), { code: 'limit', template: 'inner' })
  t.end()
})

t.test('keys that users choose are nothing but keys', (t) => {
  const hostile: Value = JSON.parse(
    '{"__proto__": {"a": 1}, "constructor": "c", "toString": "t", "hasOwnProperty": "h"}',
  )
  t.equal(
    render('{{ .constructor }}{{ .toString }}{{ .hasOwnProperty }}{{ .valueOf }}', hostile),
    'cth<no value>',
  )
  t.equal(
    render('{{ range $k, $v := . }}{{ $k }} {{ end }}', hostile),
    '__proto__ constructor hasOwnProperty toString ',
  )
  t.equal(render('{{ index . "valueOf" }}{{ index . "__proto__" "a" }}', hostile), '<no value>1')
  t.equal(render('{{ .a.length }}', { a: { length: 5 } }), '5')
  t.match(failure('{{ .a.length }}', { a: 'text' }), { code: 'execute' }, 'a string has no fields')
  t.match(failure('{{ .a.length }}', { a: [1] }), { code: 'execute' }, 'nor has a list')
  t.end()
})

t.test('functions get what their signature says and give what it promises', (t) => {
  const seen: Value[][] = []
  const spy = (...params: string[]): FunctionMap =>
    new Map([
      [
        'spy',
        {
          params,
          call: (...args: Value[]) => {
            seen.push(args)
            return 'x'
          },
        },
      ],
    ])
  render(
    '{{ spy 1 1.5 "a" true nil .missing .list }}',
    { list: [] },
    spy('int', 'float64', 'string', 'bool', 'any', 'any', 'any'),
  )
  render('{{ spy nil .missing }}', {}, spy('map[string]string', '[]string'))
  render('{{ spy }}{{ spy 1 2 }}', {}, spy('...int'))
  t.same(seen, [[1n, 1.5, 'a', true, null, null, []], [null, null], [], [1n, 2n]])
  const typed: FunctionMap = new Map([
    ['strings', { params: [], result: '[]string', call: () => ['a', 'b'] }],
    ['none', { params: [], result: '[]string', call: () => null }],
    ['port', { params: [], result: 'int32', call: () => 80n }],
    [
      'labels',
      {
        params: [],
        result: 'map[string]string',
        call: () => goMap('map[string]string', new Map([['a', 'b']])),
      },
    ],
    ['slice', { params: ['...any'], call: () => goSlice('[]int', [1n]) }],
  ])
  t.equal(
    render('{{ printf "%#v %#v %T %v" strings none port labels }}', {}, typed),
    '[]string{"a", "b"} []string(nil) int32 map[a:b]',
  )
  t.equal(render('{{ slice "abc" 1 }}', {}, typed), '[1]', 'a function hides a built-in one')
  t.end()
})

t.test('the tree can be looked at', (t) => {
  const template = compileTemplate(
    'a {{ if .x }}{{ template "t" .y.z }}{{ end }}{{ define "t" }}{{ printf "%d" 1 | len }}{{ end }}',
    {
      name: 'inject',
      functions: noFunctions,
    },
  )
  t.same(template.names(), ['inject', 't'])
  t.equal(nodeText(template.tree.root), 'a {{if .x}}{{template "t" .y.z}}{{end}}')
  t.equal(nodeText(template.lookup('t')!.root), '{{printf "%d" 1 | len}}')
  t.equal(template.lookup('u'), undefined)
  t.equal(template.executeNamed('t', {}), '1')
  t.end()
})

t.test("fmt's functions", (t) => {
  t.equal(sprintf('%s is %d%%', ['a', 5n]), 'a is 5%')
  t.equal(sprint(['a', 1n, 2n, 'b', null]), 'a1 2b<nil>')
  t.equal(sprintln([1n, 'a']), '1 a\n')
  t.equal(sprintOne({ b: [1, null], a: 'x' }), 'map[a:x b:[1 <nil>]]')
  t.end()
})
