/** `.Name` on a value: a struct's field, a map's entry, or a method. */
import { quote } from '../golang/quote.ts'
import { type Call, callMethod } from './call.ts'
import { fail, type Run, type Variables } from './run.ts'
import { emptyInterface, typeText } from './types.ts'
import { goKind, type GoMap, type GoValue, isGoValue, isList, type Value } from './values.ts'

/** What a value gives for a name it has nothing under. */
export const noField = Symbol('no such field')

export type Field = Value | typeof noField

/** A name in a template and the arguments for it, should it be a method. */
export interface FieldCall extends Call {
  readonly hasArguments: boolean
}

/** The field, entry or method's result of that name. The variables and dot are for the arguments. */
export function fieldOf(
  run: Run,
  receiver: Value,
  call: FieldCall,
  variables: Variables,
  dot: Value,
  final: Value,
): Field {
  const { name } = call
  if (receiver === undefined) return ofNoValue(run, name)
  if (typeof receiver !== 'object' || receiver === null || isList(receiver)) return noField
  if (!isGoValue(receiver)) {
    if (call.hasArguments) return fail(run, `${name} is not a method but has arguments`)
    return Object.hasOwn(receiver, name) ? receiver[name] : missing(run, name, undefined)
  }
  const method = receiver.method?.(name)
  if (method !== undefined) return callMethod(run, method, call, variables, dot, final)
  return plainField(run, receiver, call)
}

/**
 * The field or entry of that name where nothing can go wrong: most of what templates read. A nil is left to
 * {@link fieldOf}, and so is a method, which never has the name of a field.
 */
export function quickField(receiver: Value, { name, hasArguments }: FieldCall): Value {
  if (typeof receiver !== 'object' || receiver === null || isList(receiver) || hasArguments) return undefined
  const kind = receiver[goKind]
  if (kind === undefined) return Object.hasOwn(receiver, name) ? receiver[name] : undefined
  return kind === 'struct' ? receiver.field(name) : undefined
}

/** Fails for a name that a value has nothing under. The type is that of what holds the value, if that is known. */
export function failField(run: Run, receiver: Value, name: string, heldAs: string | undefined): never {
  const type = heldAs ?? typeText(receiver)
  const isNil = receiver === null || (isGoValue(receiver) && receiver[goKind] === 'nil')
  const hasField = !isGoValue(receiver) || receiver[goKind] !== 'nil' || receiver.hasField?.(name) !== false
  if (isNil && hasField) return fail(run, `nil pointer evaluating ${type}.${name}`)
  return fail(run, `can't evaluate field ${name} in type ${type}`)
}

/** The interface type that a list or map holds its elements in; undefined if they have their own type. */
export function elementInterface(container: Value): string | undefined {
  if (!isGoValue(container)) {
    return typeof container === 'object' && container !== null ? emptyInterface : undefined
  }
  return 'elemType' in container && container.elemType.startsWith('interface')
    ? container.elemType
    : undefined
}

function plainField(run: Run, receiver: GoValue, { name, hasArguments }: FieldCall): Field {
  if (receiver[goKind] === 'struct') {
    const field = receiver.field(name)
    if (field === undefined) return noField
    if (hasArguments) return fail(run, `${name} has arguments but cannot be invoked as function`)
    return field
  }
  if (receiver[goKind] !== 'map' || !takesText(receiver)) return noField
  if (hasArguments) return fail(run, `${name} is not a method but has arguments`)
  const entry = receiver.get(name)
  return entry === undefined ? missing(run, name, receiver) : entry
}

/** Can a plain string be a key? */
function takesText({ keyType }: GoMap): boolean {
  return keyType === 'string' || keyType === emptyInterface
}

/** A field of no value is no value, unless missing keys are errors. */
function ofNoValue(run: Run, name: string): Value {
  return run.missingKey === 'error' ? fail(run, `nil data; no entry for key ${quote(name)}`) : undefined
}

function missing(run: Run, name: string, map: GoMap | undefined): Value {
  switch (run.missingKey) {
    case 'error':
      return fail(run, `map has no entry for key ${quote(name)}`)
    case 'zero':
      return map === undefined ? null : map.zero()
    default:
      return undefined
  }
}
