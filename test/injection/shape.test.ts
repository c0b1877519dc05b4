/** What is put into a known shape is what reading the text in full gives: whatever stands in the holes. */
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { InjectionError } from '../../src/injection/errors.ts'
import { listReader } from '../../src/injection/lists/overlay.ts'
import { overlayMerger } from '../../src/injection/merge/overlay.ts'
import { ShapeCache, type ShapeReader } from '../../src/injection/shape/cache.ts'
import type { HoledText } from '../../src/injection/shape/tokens.ts'
import { traitsOf } from '../../src/istio/trait-rows.ts'

/** Every way in which a hole can stand in YAML; `@` is the hole, `@{80}` one that holds 80 at first and not `web`. */
const pod = `
metadata:
  labels:
    plain: @
    inside: a@/b@
    double: "@"
    single: '@'
    twoLines: "one @
      two"
    folds: one @
      two
    @: key
    "q@": key
  annotations:
    literal: |
      @
      [@]
    strip: |-
      x @ y
    folded: >-
      @
      b
    # a comment @
    anchor: &anchor @
    alias: *anchor
    tagged: !!str @
spec:
  nodeSelector: {a: @, "b": "@"}
  serviceAccountName: @
  containers:
  - name: istio-proxy
    image: registry/@:@
    args: [@, "@", '@']
    command:
    - --flag=@
    - @
    -
      @
    env:
    - name: @
      value: "@"
    - {name: B, value: @}
    ports:
    - containerPort: @{80}
    resources:
      limits:
        cpu: @{100m}
    livenessProbe:
      httpGet: {port: @{80}, path: /@}
  unknown:
    field: @
`
const lists = `
containers:
- name: istio-proxy
  image: "@/@:@"
  args:
  - @
  - "@"
  - --concurrency
  - @{2}
  env:
  - name: LABELS
    value: |
      @
  - {name: B, value: @}
  ports:
  - containerPort: @{80}
volumes:
- name: v
  secret:
    secretName: @
    optional: @{true}
dnsConfig:
  searches: [@, x.@]
`

/** What a hole holds at first: in group 1, or `web`. */
const hole = /@(?:\{(\w+)\})?/

/** The pattern with values in some of its holes; the others count as fixed text. */
function shaped(pattern: string, holes: ReadonlyMap<number, string>): HoledText {
  const parts = pattern.split(hole)
  const filled: string[] = []
  const starts: number[] = []
  let text = parts[0] ?? ''
  for (let number = 0; number * 2 + 2 < parts.length; number++) {
    const value = holes.get(number) ?? parts[number * 2 + 1] ?? 'web'
    if (holes.has(number)) {
      starts.push(text.length)
      filled.push(value)
    }
    text += value + (parts[number * 2 + 2] ?? '')
  }
  return { text, holes: filled, starts }
}

function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (error instanceof InjectionError) return error.message
    throw error
  }
}

const ordinary = ['web', 'web-6rq8f', 'v1', 'app.example.com/x', 'a_b', 'x']
const hostile = [
  '', ' ', 'true', 'no', '~', 'null', '1', '0x1f', '1.5', '1e3', '.5', '-', '---', '...', '-1', 'a:', ':a', 'a: b', 'a:b',
  '#', 'a #b', ' a', 'a ', '"', "'", '"a"', '"a\\n"', "'a'", '"a b"', '\\', 'a\\b', '{', '}', '[', ']', 'a]', ',', 'a,b',
  '&a', '*anchor', '!!int 1', '|', '>', '%', '@', '`', '?', '? a', '<<', '$patch', 'a\nb', '\n', '\t', 'é', '\uE000', '\uE0001\uE001',
  '{"a":"b"}', '{"a":"<&>"}', '100m', '2Gi', '80', 'istio-proxy', 'B', '2001-01-01', '12:30:45', '=', 'a'.repeat(600),
] // prettier-ignore

const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ordinary) },
  { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 6 }) },
)

/** Texts that differ from one to the next in one of up to four holes. */
function textsOf(pattern: string): fc.Arbitrary<readonly HoledText[]> {
  const defaults = pattern.split(hole).filter((_, index) => index % 2 === 1)
  return fc
    .record({
      chosen: fc.uniqueArray(fc.nat(defaults.length - 1), { minLength: 1, maxLength: 4 }),
      changes: fc.array(fc.record({ at: fc.nat(3), value }), { minLength: 3, maxLength: 8 }),
    })
    .map(({ chosen, changes }) => {
      const values = new Map(chosen.map((number) => [number, defaults[number] ?? 'web']))
      return changes.map(({ at, value }) => {
        values.set(chosen[at % chosen.length] ?? 0, value)
        return shaped(pattern, values)
      })
    })
}

/** `parts` gives what of a value is the text's own. */
function agrees<T>(
  reader: ShapeReader<T>,
  pattern: string,
  parts: (value: T) => unknown = (value) => value,
): number {
  let reused = 0
  const counting: ShapeReader<T> = {
    ...reader,
    make(root, like) {
      if (like !== undefined) reused++
      return reader.make(root, like)
    },
  }
  const isSame = (texts: readonly HoledText[]): boolean => {
    const cache = new ShapeCache<T>(counting)
    return texts.every((text) => {
      const expected = attempt(() => parts(reader.make(reader.decode(reader.parse(text.text)))))
      return isDeepStrictEqual(
        attempt(() => parts(cache.get('same', text))),
        expected,
      )
    })
  }
  fc.assert(fc.property(textsOf(pattern), isSame), parameters)
  return reused
}

const { RUNS: runs = '300', SEED: seed } = process.env
const parameters = { numRuns: Number(runs), ...(seed === undefined ? {} : { seed: Number(seed) }) }

t.test('a partial Pod put into a known shape is the one that its text is read to', (t) => {
  const { reader } = overlayMerger(traitsOf({ major: 1, minor: 30, patch: 3 }))
  const reused = agrees(reader, pod, ({ patch, items }) => [patch, items.text])
  t.ok(reused > 0, 'some were put in')
  t.end()
})

t.test('lists put into a known shape are those that their text is read to', (t) => {
  for (const minor of [0, 8]) t.ok(agrees(listReader(traitsOf({ major: 1, minor, patch: 0 })), lists) > 0)
  t.end()
})
