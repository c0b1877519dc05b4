/** Rows of quantity.json and selector.json were answered by k8s.io/apimachinery v0.36.0 (tools/go-oracle). */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import {
  canonicalQuantity,
  isQuantityText,
  quantityError,
  roundUpToMilli,
  valueCeil,
} from '../../src/kubernetes/quantity.ts'
import { compileSelector, SelectorError } from '../../src/kubernetes/selector.ts'
import { differences, goRows } from '../go-rows.ts'
import { sharedData } from '../shared-data.ts'

const rows = (op: string): ReturnType<typeof goRows> => goRows('kubernetes/quantity.json', op)

function match(text: string): string {
  const { selector, labels } = JSON.parse(text)
  const compiled = compileSelector(selector)
  return `${compiled.matches(labels)} ${compiled.text}`
}

t.test('every quantity is read and written, or refused with the same words, as by Kubernetes', (t) => {
  t.strictSame(differences(rows('quantity'), canonicalQuantity), [])
  t.strictSame(differences(rows('quantity-milli'), roundUpToMilli), [])
  t.strictSame(
    differences(rows('quantity-ceil'), (text) => String(valueCeil(text))),
    [],
  )
  for (const { text, error } of rows('quantity')) {
    t.equal(quantityError(text), error, JSON.stringify(text))
    t.equal(isQuantityText(text), error === undefined)
  }
  t.end()
})

t.test('canonical quantities stay as they are', (t) => {
  const text = fc
    .tuple(
      fc.integer({ min: -9999, max: 1e12 }),
      fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'e2', 'e-3'),
    )
    .map(([number, suffix]) => `${number}${suffix}`)
  fc.assert(
    fc.property(text, (text) => canonicalQuantity(canonicalQuantity(text)) === canonicalQuantity(text)),
  )
  t.end()
})

t.test('hostile quantities take no time', (t) => {
  const start = performance.now()
  for (const text of [
    '1e2147483648',
    '1e-2147483647',
    '9'.repeat(1000),
    `0.${'0'.repeat(990)}1`,
    '1e2147483647',
  ]) {
    canonicalQuantity(text)
    roundUpToMilli(text)
    valueCeil(text)
  }
  t.throws(() => canonicalQuantity('1'.repeat(1_000_000)), { code: 'format' })
  t.ok(performance.now() - start < 200)
  t.end()
})

t.test('the quantities of the running 1.30.3 injector', (t) => {
  const path = sharedData('vectors/quantities.json')
  if (path === undefined) {
    t.comment('skipped: the shared vectors are missing')
    t.end()
    return
  }
  const rows: { In: string; Out: string; Err: string }[] = JSON.parse(readFileSync(path, 'utf8'))
  for (const row of rows)
    t.equal(quantityError(row.In) ?? `"${canonicalQuantity(row.In)}"`, row.Err || row.Out)
  t.end()
})

t.test('every selector matches, or is refused with the same words, as in Kubernetes', (t) => {
  t.strictSame(differences(goRows('kubernetes/selector.json'), match), [])
  t.end()
})

t.test('a selector without requirements says so', (t) => {
  t.ok(compileSelector({}).isEmpty)
  t.ok(compileSelector({ matchLabels: null, matchExpressions: [] }).isEmpty)
  t.notOk(compileSelector({ matchLabels: { a: 'b' } }).isEmpty)
  t.end()
})

t.test('labels with names of Object.prototype are looked up as any other', (t) => {
  t.notOk(compileSelector({ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }).matches({}))
  t.throws(() => compileSelector({ matchExpressions: [{ key: 'a', operator: 'is' }] }), SelectorError)
  t.end()
})
