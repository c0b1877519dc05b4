/** The functions that every template has. and, or and call need more than their arguments: see call.ts. */
import { equals, equalsAny, less, lessOrEqual } from './compare.ts'
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts'
import { printedAll, sprint, sprintln } from './format.ts'
import { index, len, slice } from './index-slice.ts'
import { sprintf } from './printf.ts'
import { truth } from './truth.ts'
import type { FunctionMap, GoFunction, Value } from './values.ts'

/** The parameter type of functions that tell a missing value from nil. */
const anything = 'reflect.Value'

function special(...params: string[]): GoFunction {
  return { params, result: anything, call: () => undefined }
}

function boolean(params: readonly string[], call: (...args: Value[]) => boolean): GoFunction {
  return { params, result: 'bool', call }
}

function text(params: readonly string[], call: (...args: Value[]) => string): GoFunction {
  return { params, result: 'string', call }
}

/** A string parameter, which has been checked. */
function asText(value: Value): string {
  return typeof value === 'string' ? value : ''
}

export const builtins: FunctionMap = new Map<string, GoFunction>([
  ['and', special(anything, `...${anything}`)],
  ['or', special(anything, `...${anything}`)],
  ['call', special(anything, `...${anything}`)],
  ['not', boolean([anything], (value) => !truth(value))],

  ['eq', boolean([anything, `...${anything}`], (first, ...others) => equalsAny(first, others))],
  ['ne', boolean([anything, anything], (left, right) => !equals(left, right))],
  ['lt', boolean([anything, anything], less)],
  ['le', boolean([anything, anything], lessOrEqual)],
  ['gt', boolean([anything, anything], (left, right) => !lessOrEqual(left, right))],
  ['ge', boolean([anything, anything], (left, right) => !less(left, right))],

  [
    'index',
    { params: [anything, `...${anything}`], result: anything, call: (item, ...keys) => index(item, keys) },
  ],
  [
    'slice',
    { params: [anything, `...${anything}`], result: anything, call: (item, ...keys) => slice(item, keys) },
  ],
  ['len', { params: [anything], result: 'int', call: (item) => BigInt(len(item)) }],

  ['print', text(['...any'], (...args) => sprint(args))],
  ['printf', text(['string', '...any'], (format, ...args) => sprintf(asText(format), args))],
  ['println', text(['...any'], (...args) => sprintln(args))],
  ['html', text(['...any'], (...args) => escapeHtml(printedAll(args)))],
  ['js', text(['...any'], (...args) => escapeJs(printedAll(args)))],
  ['urlquery', text(['...any'], (...args) => escapeQuery(printedAll(args)))],
])
