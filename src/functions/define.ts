import type { GoFunction, GoMap, GoSlice, GoStruct, Value } from '../gotemplate/index.ts'

/** What an argument is in JavaScript once the engine has checked it against a parameter's Go type. */
interface Arguments {
  string: string
  bool: boolean
  int: bigint
  int64: bigint
  float64: number
  'interface {}': Value
  'map[string]string': GoMap | null
  'map[string]interface {}': { readonly [key: string]: Value }
  '[]string': GoSlice | null
  '[]interface {}': readonly Value[] | null
  '[]v1.Container': GoSlice | null
  'v1.ObjectMeta': GoStruct
}

type GoTypeName = keyof Arguments

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
export function fn<const P extends readonly (GoTypeName | `...${GoTypeName}`)[]>(
  params: P,
  call: (...args: ArgumentsOf<P>) => Value,
): GoFunction {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine calls with checked arguments only
  return { params, call: call as GoFunction['call'] }
}
