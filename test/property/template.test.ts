import fc from 'fast-check'
import t from 'tap'
import { compileTemplate, TemplateError, type Value } from '../../src/gotemplate/index.ts'
import { functions } from '../gotemplate/row-functions.ts'
import { fieldsOf, randomFrom, TemplateMaker } from './template-grammar.ts'

const limits = { steps: 100_000, outputBytes: 100_000 }

/** Pieces of which the lexer and the parser make something. */
const pieces = fc.constantFrom(
  ...'{{ }} {{- -}} {{/* */}} if else end range with define template block break continue . $ $x := = | ( ) ,'.split(
    ' ',
  ),
  ...'nil true " ` \' \\ a .a .b.c 1 0x 1e "a" print printf "%d" é \udcff \ud800 😀'.split(' '),
  '\n',
  ' ',
)

function runs(template: string, data: Value): void {
  try {
    compileTemplate(template, { name: 'inject', functions, limits }).execute(data)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
  }
}

t.test('no text breaks the compiler otherwise than by a TemplateError', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => runs(`{{${text}`, {})),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (text) => runs(text.join(' '), { a: 1, b: { c: [1] } })),
    { numRuns: 4000 },
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (text) => runs(text.join(''), {})),
    { numRuns: 2000 },
  )
  t.pass('8000 texts')
  t.end()
})

t.test('no data break a template otherwise than by a TemplateError', (t) => {
  const property = fc.property(fc.nat(), fc.jsonValue(), fc.jsonValue(), (seed, map, list) => {
    const template = new TemplateMaker(randomFrom(seed), fieldsOf.values).make()
    runs(template, JSON.parse(JSON.stringify({ map, list, str: 'a', num: 1, nested: [map, list] })))
  })
  fc.assert(property, { numRuns: 3000 })
  t.pass('3000 templates')
  t.end()
})

t.test('what is outside of actions comes out as it went in', (t) => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
    const plain = text.toWellFormed().replaceAll('{{', '')
    return compileTemplate(plain, { name: 'x', functions }).execute(null) === plain
  })
  fc.assert(property, { numRuns: 1000 })
  t.pass('1000 texts')
  t.end()
})
