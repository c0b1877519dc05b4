/** Sprig's functions against Sprig itself (tools/sprig-oracle), and what we do differently on purpose. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { sprigFunctions, SprigError, type SprigOptions } from '../../src/functions/sprig/index.ts'
import { loadZone } from '../../src/golang/zone.ts'
import { compileTemplate, TemplateError, type Value } from '../../src/gotemplate/index.ts'
import { readGroups, runRow } from '../gotemplate/rows.ts'
import { sharedData } from '../shared-data.ts'
import { differences } from './sprig/differences.ts'

/** 2026-11-24 06:00:00.5 UTC. */
const now = 1_795_500_000_500_000_000n

/** The environment of the oracle, a clock that stands, and random bytes that are none: 0, 1, 2, … */
const options: SprigOptions = {
  now: () => now,
  random: (count) => Uint8Array.from({ length: count }, (_, i) => i),
  environment: new Map([
    ['ROW_NAME', 'sprig'],
    ['ROW_EMPTY', ''],
  ]),
}
const functions = sprigFunctions(options)

function render(template: string, data: Value = {}, changes: Partial<SprigOptions> = {}): string {
  const known = Object.keys(changes).length === 0 ? functions : sprigFunctions({ ...options, ...changes })
  return compileTemplate(template, { name: 'inject', functions: known }).execute(data)
}

/** The message after `error calling NAME: `, and the codes of the error and of its cause. */
function failure(template: string, data: Value = {}): { message: string; code: string; cause?: string } {
  try {
    render(template, data)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const message = error.message.replace(/^.*?: error calling \w+: /s, '')
    const { code, cause } = error
    return cause instanceof SprigError ? { message, code, cause: cause.code } : { message, code }
  }
  throw new Error(`no failure: ${template}`)
}

t.test('there are all 211 names of TxtFuncMap, and no others', (t) => {
  const names: string[] = JSON.parse(readFileSync(join(import.meta.dirname, 'sprig/names.json'), 'utf8'))
  t.equal(names.length, 211)
  t.same([...functions.keys()].sort(), names)
  const shared = sharedData('vectors/sprig-txtfuncmap-names.json')
  if (shared === undefined) t.comment('skipped: the shared list of names is missing')
  else t.same(JSON.parse(readFileSync(shared, 'utf8')).sort(), names)
  t.end()
})

for (const { name, rows } of readGroups(join(import.meta.dirname, 'sprig'))) {
  t.test(`${name}: as Sprig 3.3.0`, (t) => {
    for (const { row, expected } of rows) {
      const result = runRow(row, functions)
      const ours = differences.get(row.template)
      if (!isDeepStrictEqual(result, ours ?? expected)) t.same(result, ours ?? expected, row.template)
      const folded = runRow(row, functions, true)
      if (!isDeepStrictEqual(folded, result)) t.same(folded, result, `folded ${row.template}`)
      if (ours !== undefined) t.not(JSON.stringify(ours), JSON.stringify(expected), row.template)
    }
    t.pass(`${rows.length} rows`)
    t.end()
  })
}

t.test("the injector's values cannot be changed, and everything else can", (t) => {
  const values = deepFreeze({ a: { x: { p: 1 }, l: ['b', 'a'] }, e: {} })
  const readOnly = {
    message: "the map is part of the injector's values and cannot be changed",
    code: 'execute',
    cause: 'read-only',
  }
  for (const template of [
    '{{ set .a "y" 1 }}',
    '{{ set .a.x "p" 2 }}',
    '{{ set .e "y" 1 }}',
    '{{ unset .a "x" }}',
    '{{ merge .a (dict "y" 1) }}',
    '{{ mustMergeOverwrite .a (dict "x" nil) }}',
    '{{ set . "y" 1 }}',
    '{{ set (index (list .a) 0) "y" 1 }}',
    '{{ $m := dict "a" .a }}{{ set $m.a "y" 1 }}',
  ]) {
    t.same(failure(template, values), readOnly, template)
  }
  for (const [template, output] of [
    // What changes nothing is allowed.
    ['{{ unset .a "zz" | len }}', '2'],
    ['{{ merge .a (dict) | len }}', '2'],
    ['{{ merge .a (dict "x" (dict "p" 2)) | len }}', '2'],
    // Copies are the template's own.
    ['{{ set (deepCopy .a).x "p" 2 }}', 'map[p:2]'],
    ['{{ set (pick .a "x") "y" 1 | toJson }}', '{"x":{"p":1},"y":1}'],
    // What a merge changes inside is copied first.
    ['{{ mergeOverwrite (dict) .a (dict "x" (dict "p" 2)) | toJson }}', '{"l":["b","a"],"x":{"p":2}}'],
    ['{{ merge (dict) .a (dict "x" (dict "q" 2)) | toJson }}', '{"l":["b","a"],"x":{"p":1,"q":2}}'],
    ['{{ sortAlpha .a.l }}{{ .a.l }}', '[a b][b a]'],
  ] as const) {
    t.equal(render(template, values), output, template)
  }
  t.same(values, { a: { x: { p: 1 }, l: ['b', 'a'] }, e: {} })
  t.end()
})

t.test('results are bounded, and values that hold themselves are noticed', (t) => {
  const text = 'text longer than 8388608 bytes'
  const cyclic = '{{ $d := dict }}{{ $_ := set $d "d" $d }}'
  const wide = '{{ $l := list 1 2 3 4 5 6 7 8 }}{{ range until 12 }}{{ $l = list $l $l $l $l }}{{ end }}'
  for (const [template, message] of [
    ['{{ repeat 1000000000 "abc" }}', text],
    ['{{ repeat 9223372036854775807 "abc" }}', text],
    ['{{ indent 4611686018427387904 "a" }}', text],
    ['{{ $n := repeat 100000 "\\n" }}{{ indent 1000 $n }}', text],
    ['{{ $n := repeat 100000 "a" }}{{ replace "a" $n $n }}', text],
    ['{{ $n := repeat 100000 "a" }}{{ replace "" $n $n }}', text],
    ['{{ $n := repeat 100000 "a" }}{{ wrapWith 1 $n $n }}', text],
    ['{{ $n := repeat 100000 "a" }}{{ regexReplaceAll "a" $n $n }}', text],
    ['{{ until 1000000000 }}', 'list of more than 100000 items'],
    ['{{ untilStep 0 9223372036854775807 1 }}', 'list of more than 100000 items'],
    ['{{ seq -9223372036854775808 9223372036854775807 }}', 'list of more than 100000 items'],
    ['{{ randAlphaNum 9223372036854775807 }}', text],
    ['{{ randBytes 1000000000000 }}', text],
    [`${cyclic}{{ toJson $d }}`, 'value nested more than 500 deep'],
    [`${cyclic}{{ toPrettyJson $d }}`, 'value nested more than 500 deep'],
    [`${cyclic}{{ deepCopy $d }}`, 'value nested more than 500 deep'],
    [`${cyclic}{{ deepEqual $d $d }}`, 'value nested more than 500 deep'],
    [`${cyclic}{{ merge $d $d }}`, 'value nested more than 500 deep'],
    [`${cyclic}{{ uniq (list $d $d) }}`, 'value nested more than 500 deep'],
    [`${wide}{{ toJson $l }}`, 'value of more than 1000000 parts'],
    [`${wide}{{ deepCopy $l }}`, 'value of more than 1000000 parts'],
    [`${wide}{{ has 1 $l }}`, 'value of more than 1000000 parts'],
    ['{{ regexFindAll "a" (repeat 100000 "a") -1 }}', 'regular expression that takes too long'],
    ['{{ regexMatch "(a?){500}a{500}" (repeat 100000 "a") }}', 'regular expression that takes too long'],
    ['{{ regexMatch (repeat 100000 "a") "a" }}', 'pattern longer than 10000 bytes'],
  ] as const) {
    t.same(failure(template), { message, code: 'limit' }, template)
  }
  const environment = new Map([['A', 'a'.repeat(1000)]])
  t.throws(() => render('{{ expandenv (repeat 100000 "$A") }}', {}, { environment }), { code: 'limit' })
  t.end()
})

t.test('hostile texts take no longer than others', (t) => {
  const many = 200_000
  for (const template of [
    '{{ regexMatch "^(a+)+$" .a }}',
    '{{ regexMatch "(a|a)*b" .a }}',
    '{{ semverCompare .blanks "1.2.3" }}',
    '{{ semverCompare .ranges "1.2.3" }}',
    '{{ semver .dots }}',
    '{{ expandenv .braces | len }}',
    '{{ wrap 1 .a | len }}',
    '{{ wrapWith 70 "\\n" .a | len }}',
    '{{ urlParse .a | len }}',
    '{{ urlParse .braces | len }}',
    '{{ b64dec .a | len }}',
    '{{ b32dec .a | len }}',
    '{{ snakecase .mixed | len }}',
    '{{ camelcase .mixed | len }}',
    '{{ trimAll "a" .a | len }}',
    '{{ title .mixed | len }}',
    '{{ toDate .layout .layout }}',
    '{{ date .layout 0 | len }}',
    '{{ int .a }}{{ float64 .digits }}{{ atoi .digits }}',
    '{{ durationRound .digits }}',
    '{{ splitList "" .a | uniq | len }}',
    '{{ $l := splitList "," .commas }}{{ without $l "x" "" | len }}',
    '{{ fromJson .brackets }}',
    '{{ splitList "," .commas | sortAlpha | join "," | len }}',
    '{{ clean .path | len }}',
    '{{ regexReplaceAll "\\\\s+$" .blanks "" | len }}',
  ]) {
    const started = performance.now()
    try {
      render(template, {
        a: 'a'.repeat(many),
        blanks: `${' '.repeat(many)}x`,
        ranges: '1 - '.repeat(many / 4),
        dots: `1.2.3-${'a.'.repeat(many / 2)}!`,
        braces: '${'.repeat(many / 2),
        mixed: 'aB1_ '.repeat(many / 5),
        layout: '2006-01-02 '.repeat(many / 11),
        digits: '9'.repeat(many),
        commas: ','.repeat(many),
        brackets: '['.repeat(many),
        path: '/..a/.'.repeat(many / 6),
      })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
    }
    t.ok(performance.now() - started < 10_000, template)
  }
  t.end()
})

t.test('keys mean nothing but themselves', (t) => {
  const data: Value = JSON.parse('{"a": {"__proto__": {"polluted": true}, "constructor": 1}}')
  for (const [template, output] of [
    ['{{ set (dict) "__proto__" (dict "polluted" true) | toJson }}', '{"__proto__":{"polluted":true}}'],
    [
      '{{ set (fromJson "{}") "__proto__" (dict "polluted" true) | toJson }}',
      '{"__proto__":{"polluted":true}}',
    ],
    ['{{ (set (fromJson "{}") "__proto__" (dict "x" true)).x }}', '<no value>'],
    ['{{ merge (dict) .a | toJson }}', '{"__proto__":{"polluted":true},"constructor":1}'],
    ['{{ mergeOverwrite (fromJson "{}") .a | toJson }}', '{"__proto__":{"polluted":true},"constructor":1}'],
    ['{{ deepCopy .a | toJson }}', '{"__proto__":{"polluted":true},"constructor":1}'],
    ['{{ omit .a "constructor" | toJson }}', '{"__proto__":{"polluted":true}}'],
    ['{{ dig "a" "__proto__" "polluted" "no" . }}', 'true'],
    ['{{ dig "toString" "no" (dict) }} {{ hasKey (dict) "valueOf" }} {{ get .a "toString" }}|', 'no false |'],
    ['{{ unset (dict "__proto__" 1) "__proto__" | toJson }}', '{}'],
  ] as const) {
    t.equal(render(template, data), output, template)
  }
  const fresh: { polluted?: boolean } = {}
  t.equal(fresh.polluted, undefined)
  t.end()
})

t.test('what differs between replicas is refused, with the reason', (t) => {
  for (const [template, message] of [
    ['{{ genCA "x" 1 }}', `genCA is not available here: ${made('certificates')}`],
    ['{{ genCAWithKey "x" 1 "k" }}', `genCAWithKey is not available here: ${made('certificates')}`],
    [
      '{{ genSelfSignedCert "x" nil nil 1 }}',
      `genSelfSignedCert is not available here: ${made('certificates')}`,
    ],
    [
      '{{ genSelfSignedCertWithKey "x" (list) (list) 1 "k" }}',
      `genSelfSignedCertWithKey is not available here: ${made('certificates')}`,
    ],
    ['{{ genPrivateKey "rsa" }}', `genPrivateKey is not available here: ${made('keys')}`],
    ['{{ genPrivateKey "" }}', `genPrivateKey is not available here: ${made('keys')}`],
    ['{{ bcrypt "x" }}', `bcrypt is not available here: ${made('hashes')}`],
    ['{{ htpasswd "user" "x" }}', `htpasswd is not available here: ${made('hashes')}`],
  ] as const) {
    t.same(failure(template), { message, code: 'execute', cause: 'unavailable' }, template)
  }
  t.end()
})

t.test('nothing is read but what is passed in', (t) => {
  for (const [template, output] of [
    ['{{ env "PATH" }}{{ env "HOME" }}{{ expandenv "$PATH" }}|', '|'],
    ['{{ env "ROW_NAME" }} {{ expandenv "$ROW_NAME ${ROW_NAME}" }}', 'sprig sprig sprig'],
    ['{{ now }}', '2026-11-24 06:00:00.5 +0000 UTC'],
    ['{{ now | date "2006-01-02T15:04:05Z07:00" }} {{ htmlDate now }}', '2026-11-24T06:00:00Z 2026-11-24'],
    ['{{ date "15:04" nil }} {{ date "15:04" "x" }}', '06:00 06:00'],
    ['{{ ago (dateModify "-1h1.4s" now) }}', '1h0m1s'],
    ['{{ now | unixEpoch }}', '1795500000'],
    ['{{ randAlphaNum 3 }} {{ randAlpha 3 }} {{ randNumeric 3 }} {{ randAscii 3 }}', 'abc abc 012  !"'],
    ['{{ uuidv4 }}', '00010203-0405-4607-8809-0a0b0c0d0e0f'],
    ['{{ randBytes 3 }}', 'AAEC'],
    ['{{ shuffle "abcd" }}', 'acbd'],
    ['{{ randInt 10 20 }} {{ randInt -5 -4 }}', '13 -5'],
    ['{{ encryptAES "k" "text" }}', 'AAECAwQFBgcICQoLDA0OD8oLI/QegbjkFwUdDh0ZVk4='],
  ] as const) {
    t.equal(render(template), output, template)
  }
  t.same(failure('{{ getHostByName "localhost" }}'), {
    message: 'invalid argument to Intn',
    code: 'execute',
    cause: 'go',
  })
  t.end()
})

t.test('the local zone is what it is set to', (t) => {
  const zone = loadZone('Europe/Berlin')
  if (zone === undefined) throw new Error('no zone of that name')
  for (const [template, output] of [
    ['{{ now }}', '2026-11-24 07:00:00.5 +0100 CET'],
    ['{{ date "15:04 MST" 1594000000 }}', '03:46 CEST'],
    ['{{ dateInZone "15:04 MST" 1594000000 "UTC" }}', '01:46 UTC'],
    ['{{ dateInZone "15:04 MST" 1594000000 "Local" }}', '03:46 CEST'],
    ['{{ toDate "2006-01-02 15:04" "2020-07-01 12:00" }}', '2020-07-01 12:00:00 +0200 CEST'],
    ['{{ toDate "2006-01-02 15:04 MST" "2020-07-01 12:00 CEST" | unixEpoch }}', '1593597600'],
    ['{{ (toDate "2006-01-02 15:04" "2020-07-01 12:00").UTC }}', '2020-07-01 10:00:00 +0000 UTC'],
    [
      '{{ toDate "2006-01-02T15:04:05Z07:00" "2020-07-01T12:00:00+02:00" }}',
      '2020-07-01 12:00:00 +0200 CEST',
    ],
    ['{{ toDate "2006-01-02 15:04" "2020-03-29 02:30" }}', '2020-03-29 03:30:00 +0200 CEST'],
  ] as const) {
    t.equal(render(template, {}, { zone }), output, template)
  }
  t.end()
})

t.test('what is by chance is evenly so, and within its bounds', (t) => {
  let state = 1
  const random = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => (state = (state * 16_807) % 2_147_483_647) & 0xff)
  const characters = (name: string): string => sorted(new Set(render(`{{ ${name} 3000 }}`, {}, { random })))
  t.equal(characters('randNumeric'), '0123456789')
  t.equal(characters('randAlpha').length, 52)
  t.equal(characters('randAlphaNum').length, 62)
  t.equal(characters('randAscii').length, 95)
  const numbers = render('{{ range until 500 }}{{ randInt -3 4 }} {{ end }}', {}, { random })
    .trim()
    .split(' ')
  t.same([...new Set(numbers)].sort(), ['-1', '-2', '-3', '0', '1', '2', '3'])
  t.match(
    render('{{ uuidv4 }}', {}, { random }),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  const shuffled = render('{{ shuffle "héllo☺" }}', {}, { random })
  t.equal(sorted(shuffled), sorted('héllo☺'))
  t.end()
})

t.test('a pair that is brought along is checked and given back', async (t) => {
  const { issue } = await import('../../src/tls/issue.ts')
  const { cert: certificate, key } = await issue(['example.com'], new Date())
  const data = {
    certificate: base64(certificate),
    key: base64(key),
    broken: base64(certificate.replace('M', '!')),
  }
  const build = '{{ $c := buildCustomCert .certificate .key }}'
  t.equal(render(`${build}{{ $c.Cert }}{{ $c.Key }}`, data), certificate + key)
  t.equal(render(`${build}{{ typeOf $c }}`, data), 'sprig.certificate')
  t.equal(
    failure('{{ buildCustomCert .broken .key }}', data).message,
    'error parsing certificate: decodedCert.Bytes: x509: malformed certificate',
  )
  t.equal(failure('{{ buildCustomCert .certificate .broken }}', data).message, 'error parsing private key')
  t.equal(
    failure('{{ buildCustomCert .certificate "YQ==" }}', data).message,
    'error parsing private key: no PEM data in input',
  )
})

t.test('patterns are forgotten when there are many', (t) => {
  t.equal(render('{{ range until 200 }}{{ regexFind (printf "a{%d}" .) "aaa" }}{{ end }}'), 'aaaaaa')
  t.end()
})

function made(what: string): string {
  return `${what} made while a pod is admitted would differ between replicas`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function sorted(characters: Iterable<string>): string {
  return Array.from(characters).sort().join('')
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
