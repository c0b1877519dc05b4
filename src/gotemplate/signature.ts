/** Functions and methods with their signatures read. */
import { goMap, goNil, goSlice, typedScalar } from './typed.ts'
import { type GoType, parseType } from './types.ts'
import type { GoFunction, Value } from './values.ts'

/** The parameters of a function. */
export interface Signature {
  /** Parameters before the variadic one. */
  readonly fixed: readonly GoType[]
  /** The element type of the variadic parameter. */
  readonly rest: GoType | undefined
}

/** A function whose signature has been read. */
export interface Callable extends Signature {
  readonly call: (...args: Value[]) => Value
  /** Results come in an `interface {}`, which only messages show. */
  readonly givesInterface: boolean
  /** What a call costs besides the step of its node. */
  readonly steps: number
}

const known = new WeakMap<GoFunction, Callable>()

/** Reads a signature, once for each function. */
export function callableOf(func: GoFunction): Callable {
  const seen = known.get(func)
  if (seen !== undefined) return seen
  const variadic = func.params.at(-1)?.startsWith('...') ?? false
  const fixed = variadic ? func.params.slice(0, -1) : func.params
  const result = parseType(func.result ?? 'any')
  const callable = {
    fixed: fixed.map(parseType),
    rest: variadic ? parseType(func.params.at(-1)?.slice('...'.length) ?? '') : undefined,
    call: typedCall(func, result),
    givesInterface: result.kind === 'interface',
    steps: func.steps ?? 0,
  }
  known.set(func, callable)
  return callable
}

/** The type of the parameter at a position. */
export function parameterAt({ fixed, rest }: Signature, index: number): GoType | undefined {
  return index < fixed.length ? fixed[index] : rest
}

/** The call, its result given the type that the signature promises where a plain value does not say it. */
function typedCall(func: GoFunction, result: GoType): Callable['call'] {
  switch (result.kind) {
    case 'interface':
    case 'reflect':
    case 'named':
    case 'string':
    case 'bool':
    case 'int':
    case 'float64':
      return func.call
    default:
      return (...args) => withType(func.call(...args), result)
  }
}

function withType(value: Value, { kind, text }: GoType): Value {
  if (value === null || value === undefined) {
    if (kind === 'map') return goMap(text, null)
    return kind === 'slice' ? goSlice(text, null) : goNil(text)
  }
  if (typeof value === 'bigint' || typeof value === 'number') return typedScalar(value, text)
  if (kind === 'slice' && Array.isArray(value) && text !== '[]interface {}') return goSlice(text, value)
  return value
}
