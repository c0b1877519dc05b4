/** Records go from hand to hand, and from version to version: what is in them is read, and what is not is said. */
import fc from 'fast-check'
import t from 'tap'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { readRecorded } from '../../src/doctor/recorded.ts'
import { isList, isObject, type Json } from '../../src/golang/json-value.ts'
import { healthyClusters } from '../diagnosis/healthy.ts'
import { failedCall, healthy, refused } from '../diagnosis/made.ts'
import { rows } from '../diagnosis/rows.ts'

const jsonOf = (value: unknown): Json => JSON.parse(JSON.stringify(value))
const worlds = [...healthyClusters, ...rows].map(({ title, seen }) => ({
  title,
  seen: { ...healthy, ...seen },
}))

t.test('nothing of a record is lost', (t) => {
  const all = { eks: { cluster: 'shop', region: 'eu-west-1' }, plainMs: 3, control: healthy.canary }
  for (const { title, seen } of [...worlds, { title: 'with all there is', seen: { ...healthy, ...all } }]) {
    t.same(jsonOf(readRecorded(jsonOf(seen))), jsonOf(seen), title)
  }
  t.end()
})

t.test('what is no record', (t) => {
  const texts = [
    'null',
    '[]',
    '"a"',
    '{}',
    '{"canary":{},"endpoints":[]}',
    '{"at":"now","canary":{"kind":"admitted"}}',
  ]
  for (const text of texts) t.equal(readRecorded(JSON.parse(text)), undefined, text)
  t.end()
})

t.test("names of a record's cluster are words of a command, or not taken", (t) => {
  const eks = { cluster: 'shop; rm -r .', region: '$(id)' }
  t.same(readRecorded(jsonOf({ ...healthy, eks }))?.eks, { cluster: undefined, region: undefined })
  t.end()
})

t.test('a record of another version is judged by what it has', (t) => {
  const { securityGroupPolicies: _, eniConfigs: __, ...old } = healthy
  const seen = readRecorded(jsonOf({ ...old, canary: refused(failedCall('EOF')), more: [1] }))
  if (seen === undefined) throw new Error('it is a record')
  const { findings, unchecked } = diagnose(seen)
  t.same(
    findings.map(({ cause }) => cause),
    ['connection-broken'],
  )
  t.match(unchecked.join('\n'), 'custom networking: the record does not have it')
  t.end()
})

/** The same with another value at one place, of those that are `depth` deep. */
function changed(json: Json, path: readonly number[], value: Json): Json {
  const [first, ...rest] = path
  if (first === undefined || (!isObject(json) && !isList(json))) return value
  const keys = Object.keys(json)
  if (keys.length === 0) return value
  const key = keys[first % keys.length] ?? ''
  if (isList(json)) return json.map((each, at) => (String(at) === key ? changed(each, rest, value) : each))
  return { ...json, [key]: changed(json[key] ?? null, rest, value) }
}

t.test('whatever stands in a record, it is judged or refused', (t) => {
  const value: fc.Arbitrary<Json> = fc.constantFrom<Json>(
    null,
    0,
    -1,
    1e300,
    true,
    '',
    'x',
    '__proto__',
    [],
    [null],
    [{}],
    {},
    { a: [] },
  )
  const path = fc.array(fc.nat(30), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(
      fc.constantFrom(...worlds),
      fc.array(fc.tuple(path, value), { maxLength: 3 }),
      ({ seen }, changes) => {
        const json = changes.reduce((json, [path, value]) => changed(json, path, value), jsonOf(seen))
        const read = readRecorded(json)
        if (read !== undefined) diagnose(read)
      },
    ),
    { numRuns: 3000, seed: 3 },
  )
  t.pass()
  t.end()
})
