/** The functions and methods of the rows, as tools/template-oracle has them in Go. */
import {
  type FunctionMap,
  goKind,
  type GoFunction,
  goNil,
  type GoNil,
  type GoMethod,
  type GoStruct,
  isGoValue,
  sprint,
  sprintln,
  sprintOne,
  typeText,
  type Value,
} from '../../src/gotemplate/index.ts'
import { len } from '../../src/gotemplate/index-slice.ts'

function func(params: readonly string[], result: string, call: (...args: Value[]) => Value): GoFunction {
  return { params, result, call }
}

function text(value: Value): string {
  return typeof value === 'string' ? value : ''
}

function failing(message: Value): never {
  throw new Error(text(message))
}

function typeOf(value: Value): string {
  return value === null ? '<nil>' : typeText(value)
}

function fieldText(value: Value, field: string): Value {
  return isGoValue(value) && value[goKind] === 'struct' ? value.field(field) : ''
}

const isSet = (value: Value): string => String(isGoValue(value) && value[goKind] !== 'nil')
const same = (value: Value): Value => value
const sized = (value: Value): bigint => BigInt(value === null ? 0 : len(value))
const joined = (separator: Value, ...parts: Value[]): string => parts.map(text).join(text(separator))
const sum = (...values: Value[]): bigint => {
  const total = values.reduce((sum: bigint, value) => sum + (typeof value === 'bigint' ? value : 0n), 0n)
  return BigInt.asIntN(64, total)
}

/** A nil *main.Pod. Its methods bear it, as protobuf's getters do. */
export const nilPod: GoNil = { ...goNil('*main.Pod'), method: (name) => podMethod(name, undefined) }

/** What rows may call besides the built-in functions. */
export const functions: FunctionMap = new Map([
  ['add', func(['int', 'int'], 'int', sum)],
  ['join', func(['string', '...string'], 'string', joined)],
  ['fail', func(['string'], 'string', failing)],
  ['typeOf', func(['any'], 'string', typeOf)],
  ['same', func(['any'], 'any', same)],
  ['int64', func(['int64'], 'int64', same)],
  ['uint8', func(['uint8'], 'uint8', same)],
  ['uint', func(['uint'], 'uint', same)],
  ['float', func(['float64'], 'float64', same)],
  ['float32', func(['float32'], 'float32', same)],
  ['bool', func(['bool'], 'bool', same)],
  ['complex', func(['complex128'], 'string', sprintOne)],
  ['labels', func(['map[string]string'], 'int', sized)],
  ['anyMap', func(['map[string]interface {}'], 'int', sized)],
  ['strings', func(['[]string'], 'int', sized)],
  ['list', func(['...any'], '[]interface {}', (...values) => values)],
  ['inner', func(['main.Inner'], 'string', (value) => fieldText(value, 'Text'))],
  ['innerPtr', func(['*main.Inner'], 'string', isSet)],
  ['color', func(['main.Color'], 'string', (value) => (isGoValue(value) ? (value.toText?.() ?? '') : ''))],
  ['nilMap', func([], 'map[string]string', () => null)],
  ['nilAny', func([], 'any', () => null)],
  ['nilPod', func([], '*main.Pod', () => nilPod)],
  ['nothing', func([], 'string', () => '')],
  ['panics', func([], 'string', () => failing('at the disco'))],
  ['stringPtr', func(['*string'], 'string', isSet)],
  ['twoThenAny', func(['string', 'int', '...any'], 'string', (...args) => sprintln(args))],
])

/** Functions with the names of built-in ones. */
export const shadows: FunctionMap = new Map([
  ...functions,
  ['slice', func(['...any'], 'string', (...values) => sprint(values))],
  ['and', func(['any', 'any'], 'string', () => 'own and')],
  ['len', func(['any'], 'string', () => 'own len')],
  ['break', func([], 'string', () => 'own break')],
])

/** What `{"$": "func"}` gives. */
export const callees: ReadonlyMap<string, { goType: string; method: GoFunction }> = new Map([
  [
    'upper',
    {
      goType: 'func(string) string',
      method: func(['string'], 'string', (value) => text(value).toUpperCase()),
    },
  ],
  ['sum', { goType: 'func(...int) int', method: func(['...int'], 'int', sum) }],
  ['fails', { goType: 'func() (string, error)', method: func([], 'string', () => failing('no')) }],
  ['int64', { goType: 'func(int64) int64', method: func(['int64'], 'int64', same) }],
  [
    'first',
    { goType: 'func(string, ...interface {}) string', method: func(['string', '...any'], 'string', same) },
  ],
  ['anyArg', { goType: 'func(interface {}) string', method: func(['any'], 'string', sprintOne) }],
])

/** The methods of *main.Pod; the receiver is undefined for nil. */
export function podMethod(name: string, pod: GoStruct | undefined): GoMethod | undefined {
  switch (name) {
    case 'GetName':
      return func([], 'string', () => pod?.field('Name') ?? '')
    case 'GetNext':
      return func([], '*main.Pod', () => pod?.field('Next') ?? nilPod)
    case 'Join':
      return func(['string', '...string'], 'string', joined)
    case 'Add':
      return func(['int', 'int'], 'int', sum)
    case 'Scale':
      return func(['float64'], 'float64', (factor) => 2 * Number(factor))
    case 'Take':
      return func(['main.Inner'], 'string', (value) => fieldText(value, 'Text'))
    case 'Fail':
      return func(['string'], 'string', failing)
    case 'Anything':
      return func(['any'], 'string', typeOf)
    default:
      return undefined
  }
}
