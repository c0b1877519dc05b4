import type { GoFunction, GoMap, GoScalar, GoSlice, GoStruct, PlainMap, Value } from '../gotemplate/index.ts'

/** What an argument is in JavaScript once the engine has checked it against a parameter's Go type. */
interface Arguments {
  string: string
  bool: boolean
  int: bigint
  int64: GoScalar
  uint32: GoScalar
  float64: number
  'interface {}': Value
  'map[string]string': GoMap | null
  'map[string]interface {}': PlainMap | GoMap | null
  '[]string': GoSlice | null
  '[]interface {}': readonly Value[] | GoSlice | null
  '[]v1.Container': GoSlice | null
  'v1.ObjectMeta': GoStruct
  'time.Time': GoStruct
  'sprig.certificate': GoStruct
}

/** What a function may return for each type of result; null is the nil of the type. */
interface Results {
  string: string
  bool: boolean
  int: bigint
  int64: bigint
  float64: number
  'interface {}': Value
  'map[string]string': GoMap
  'map[string]interface {}': PlainMap | GoMap | null
  '[]int': readonly bigint[]
  '[]string': readonly string[] | GoSlice | null
  '[]interface {}': readonly Value[] | GoSlice | null
  '[][]interface {}': readonly (readonly Value[])[]
  'time.Time': GoStruct
  'sprig.certificate': GoStruct
  '*semver.Version': GoStruct
}

type GoTypeName = keyof Arguments
type Parameter = GoTypeName | `...${GoTypeName}`

type ArgumentsOf<P extends readonly string[]> = P extends readonly [
  ...infer Head extends string[],
  `...${infer Rest}`,
]
  ? [...ArgumentsOf<Head>, ...ArgumentOf<Rest>[]]
  : { [Index in keyof P]: ArgumentOf<P[Index]> }

type ArgumentOf<T> = T extends GoTypeName ? Arguments[T] : Value

/**
 * A template function by its Go parameter types; a last one with `...` is variadic:
 *
 *     fn(['string', 'string'], (needle, haystack) => haystack.includes(needle))
 */
export function fn<const P extends readonly Parameter[]>(
  params: P,
  call: (...args: ArgumentsOf<P>) => Value,
): GoFunction {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine calls with checked arguments only
  return { params, call: call as GoFunction['call'] }
}

/**
 * Like {@link fn}, with the type of the result, which plain values are given and messages name:
 *
 *     returns('int64', ['interface {}'], (value) => toInt64(value) + 1n)
 */
export function returns<R extends keyof Results, const P extends readonly Parameter[]>(
  result: R,
  params: P,
  call: (...args: ArgumentsOf<P>) => Results[R],
): GoFunction {
  return { ...fn(params, call), result }
}
