import { truth } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { deepEqual } from './equal.ts'
import { goError } from './errors.ts'
import { kindName, typeName } from './reflect.ts'
import type { FunctionTable } from './table.ts'

/** Functions that choose between values, or tell what they are. Empty is what is false in a condition. */
export const flowFunctions: FunctionTable = [
  [
    'default',
    returns('interface {}', ['interface {}', '...interface {}'], (otherwise, given) => {
      return given !== undefined && truth(given) ? given : otherwise
    }),
  ],
  ['empty', returns('bool', ['interface {}'], (value) => !truth(value))],
  ['coalesce', returns('interface {}', ['...interface {}'], (...values) => values.find(truth) ?? null)],
  ['all', returns('bool', ['...interface {}'], (...values) => values.every(truth))],
  ['any', returns('bool', ['...interface {}'], (...values) => values.some(truth))],
  [
    'ternary',
    returns('interface {}', ['interface {}', 'interface {}', 'bool'], (ifTrue, ifFalse, condition) => {
      return condition ? ifTrue : ifFalse
    }),
  ],
  ['fail', returns('string', ['string'], fail)],
  ['typeOf', returns('string', ['interface {}'], typeName)],
  ['typeIs', returns('bool', ['string', 'interface {}'], (type, value) => typeName(value) === type)],
  [
    'typeIsLike',
    returns('bool', ['string', 'interface {}'], (type, value) => {
      return typeName(value) === type || typeName(value) === `*${type}`
    }),
  ],
  ['kindOf', returns('string', ['interface {}'], kindName)],
  ['kindIs', returns('bool', ['string', 'interface {}'], (kind, value) => kindName(value) === kind)],
  ['deepEqual', returns('bool', ['interface {}', 'interface {}'], deepEqual)],
]

function fail(message: string): never {
  throw goError(message)
}
