import { at, has, optionalAt } from './access.ts'
import { CelNotKnown, noOverload } from './errors.ts'
import type { Expression, Item } from './expression.ts'
import { functions, methods, spaces } from './functions.ts'
import { macroOf } from './macros.ts'
import { binary, unary } from './operators.ts'
import { attempt, optional, settled, truthOf, type Scope } from './scope.ts'
import { kindOf, known, listOf, type Value } from './value.ts'

/**
 * Steps that an expression may take: more than the API server's own limit of its cost lets it, and less than a second.
 */
const mostSteps = 1_000_000

/** The value of an expression. Throws CelFailure where it fails in the API server, CelNotKnown where that is not known. */
export function evaluate(expression: Expression, names: ReadonlyMap<string, Value>): Value {
  return valueIn(expression, { names, budget: { steps: mostSteps }, valueIn })
}

/** The value of a part of an expression. What is made of a large one takes as long as it is large. */
function valueIn(expression: Expression, scope: Scope): Value {
  const { budget } = scope
  if (budget.steps-- <= 0) throw new CelNotKnown('it takes too long')
  const value = partIn(expression, scope)
  if (typeof value === 'string') budget.steps -= value.length >> 3
  else if (typeof value === 'object' && value?.kind === 'list') budget.steps -= value.items.length >> 3
  return value
}

function partIn(expression: Expression, scope: Scope): Value {
  switch (expression.op) {
    case 'literal':
      return expression.value
    case 'name':
      return named(expression.name, scope)
    case 'select':
      return selected(expression, scope)
    case 'index': {
      const of = valueIn(expression.of, scope)
      const index = valueIn(expression.index, scope)
      return expression.isOptional ? optionalAt(of, index) : at(of, index)
    }
    case 'call':
      return called(expression, scope)
    case 'list':
      return listOf(expression.items.flatMap((item) => present(item, scope)))
    case 'map':
      return mapped(expression.entries, scope)
    case 'unary':
      return unary(expression.operator, valueIn(expression.operand, scope))
    case 'binary':
      return binary(expression.operator, valueIn(expression.left, scope), valueIn(expression.right, scope))
    case 'and':
      return junction(expression, scope, false)
    case 'or':
      return junction(expression, scope, true)
    default:
      return truthOf(valueIn(expression.condition, scope), '?:')
        ? valueIn(expression.yes, scope)
        : valueIn(expression.no, scope)
  }
}

/** Types are values, too. */
const types: ReadonlyMap<string, Value> = new Map(
  [
    'bool',
    'int',
    'uint',
    'double',
    'string',
    'bytes',
    'list',
    'map',
    'null_type',
    'type',
    'google.protobuf.Duration',
    'google.protobuf.Timestamp',
  ].map((value) => [value, { kind: 'type', value }]),
)

function named(name: string, { names }: Scope): Value {
  const value = names.get(name) ?? types.get(name)
  if (value === undefined && !names.has(name)) throw new CelNotKnown(`${name} is not known here`)
  return known(value ?? null)
}

function selected(expression: Extract<Expression, { op: 'select' }>, scope: Scope): Value {
  const { of, field, isOptional } = expression
  const type = types.get(dotted(expression) ?? '')
  if (type !== undefined) return type
  const value = valueIn(of, scope)
  return isOptional ? optionalAt(value, field) : at(value, field)
}

/** `google.protobuf.Duration`; undefined for what is no name. */
function dotted(expression: Expression): string | undefined {
  if (expression.op === 'name') return expression.name
  if (expression.op !== 'select' || expression.isOptional) return undefined
  const before = dotted(expression.of)
  return before === undefined ? undefined : `${before}.${expression.field}`
}

function called(expression: Extract<Expression, { op: 'call' }>, scope: Scope): Value {
  const { of, name, args } = expression
  if (name === 'has' && of === undefined) return hasIt(args, scope)
  if (of !== undefined && args.length === 1 && (name === 'or' || name === 'orValue'))
    return orElse(expression, of, scope)
  const macro = of === undefined ? undefined : macroOf(name, args)
  if (macro !== undefined && of !== undefined) return macro(valueIn(of, scope), scope)
  const space = of?.op === 'name' && !scope.names.has(of.name) && spaces.has(of.name) ? of.name : undefined
  const key = space === undefined ? name : `${space}.${name}`
  const isMethod = of !== undefined && space === undefined
  const operands = (isMethod ? [of, ...args] : args).map((arg) => valueIn(arg, scope))
  const call = (isMethod ? methods : functions).get(key)
  if (call === undefined) throw new CelNotKnown(`${key}() is not known here`)
  const value = call(...operands)
  if (value !== undefined) return value
  throw noOverload(`${key}(${operands.map(kindOf).join(', ')})`)
}

/** `or(…)` and `orValue(…)`: what is in them is looked at only where there is no value. */
function orElse({ name, args }: Extract<Expression, { op: 'call' }>, of: Expression, scope: Scope): Value {
  const before = optional(valueIn(of, scope))
  if (before.value !== undefined) return name === 'or' ? before : before.value
  const [other] = args.map((arg) => valueIn(arg, scope))
  return name === 'or' ? optional(other ?? null) : (other ?? null)
}

function hasIt([arg]: readonly Expression[], scope: Scope): boolean {
  if (arg?.op !== 'select') throw new CelNotKnown('has() wants a member')
  return has(valueIn(arg.of, scope), arg.field)
}

/** `&&` and `||`: what decides, decides, even if the other side fails. */
function junction(
  { left, right }: Extract<Expression, { op: 'and' | 'or' }>,
  scope: Scope,
  decisive: boolean,
): Value {
  const operator = decisive ? '||' : '&&'
  const first = attempt(() => truthOf(valueIn(left, scope), operator))
  if (first === decisive) return decisive
  const second = attempt(() => truthOf(valueIn(right, scope), operator))
  if (second === decisive) return decisive
  return settled([first, second], !decisive)
}

/** An item of a list; none for `?item` where there is none. */
function present({ value, isOptional }: Item, scope: Scope): readonly Value[] {
  const found = valueIn(value, scope)
  if (!isOptional) return [found]
  const inner = optional(found).value
  return inner === undefined ? [] : [inner]
}

function mapped(list: Extract<Expression, { op: 'map' }>['entries'], scope: Scope): Value {
  const entries = new Map<Value, Value>()
  for (const { key, value, isOptional } of list) {
    const name = valueIn(key, scope)
    for (const found of present({ value, isOptional }, scope)) {
      const isKey = ['string', 'boolean', 'bigint'].includes(typeof name)
      if (!isKey) throw new CelNotKnown(`a key is a ${kindOf(name)}`)
      entries.set(name, found)
    }
  }
  return { kind: 'map', entries, isObject: false }
}
