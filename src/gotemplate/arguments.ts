/** Does a value fit a parameter? Go's rules of assignment, with its one step of following or taking a pointer. */
import { fail, type Run } from './run.ts'
import { goScalar, typedScalar, zeroOf } from './typed.ts'
import { type GoType, integerOf, integerSize, isPointer, isScalar, typeText } from './types.ts'
import { goKind, type GoScalar, type GoValue, isGoValue, type Value } from './values.ts'

/** Types whose values are plain JavaScript. */
const plainTypes: ReadonlySet<string> = new Set(['string', 'bool', 'int', 'float64'])

/** The value as the function gets it. Fails where Go fails. */
export function checkArgument(run: Run, value: Value, type: GoType): Value {
  switch (type.kind) {
    case 'reflect':
      return value
    case 'interface':
      return value ?? null
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    case 'int':
      if (typeof value === 'bigint') return value
      break
    case 'float64':
      if (typeof value === 'number') return value
      break
    case 'map':
    case 'slice':
    case 'named':
      if (isGoValue(value) && value.goType === type.text && !isScalar(value)) return value
      break
  }
  return checkOther(run, value, type)
}

function checkOther(run: Run, value: Value, type: GoType): Value {
  if (value === undefined) {
    if (type.nilable) return null
    return fail(run, `invalid value; expected ${type.text}`)
  }
  if (isAssignable(value, type)) return unwrapped(value)
  if (isGoValue(value) && isOneStepAway(value, type)) {
    if (value[goKind] === 'nil') return fail(run, `dereference of nil pointer of type ${type.text}`)
    return isScalar(value) ? retyped(value, type) : value
  }
  return fail(run, `wrong type for value; expected ${type.text}; got ${typeText(value)}`)
}

/**
 * The value as an index or as an argument of `call`, where integers of all types are converted. Throws an Error with
 * Go's message.
 */
export function prepareArgument(value: Value, type: GoType): Value {
  if (value === null || value === undefined) {
    if (!type.nilable) throw new Error(`value is nil; should be of type ${type.text}`)
    return type.kind === 'interface' || type.kind === 'reflect' ? null : zeroOf(type)
  }
  if (type.kind === 'interface' || type.kind === 'reflect') return value
  if (isAssignable(value, type)) return unwrapped(value)
  const integer = integerOf(value)
  const size = integerSize(type.kind)
  if (integer === undefined || size === undefined) {
    throw new Error(`value has type ${typeText(value)}; should be ${type.text}`)
  }
  return typedScalar(
    size.signed ? BigInt.asIntN(size.bits, integer) : BigInt.asUintN(size.bits, integer),
    type.text,
  )
}

/** Identical types, or the same type without a name on one side. */
function isAssignable(value: Value, { text }: GoType): boolean {
  if (value === null) return false
  if (typeText(value) === text) return true
  if (!isGoValue(value) || isPointer(value)) return false
  if (value[goKind] === 'map') return `map[${value.keyType}]${value.elemType}` === text
  return value[goKind] === 'slice' && `[]${value.elemType}` === text
}

/** Is one of the two types a pointer to the other? */
function isOneStepAway({ goType }: GoValue, { text }: GoType): boolean {
  return goType === `*${text}` || text === `*${goType}`
}

function unwrapped(value: Value): Value {
  return isScalar(value) && plainTypes.has(value.goType) ? value.scalar : value
}

/** A scalar behind a pointer, or a pointer to it, with the methods that it has. */
function retyped(value: GoScalar, { text }: GoType): Value {
  if (plainTypes.has(text)) return value.scalar
  const typed = {
    ...goScalar(value[goKind], text, value.scalar),
    method: (name: string) => value.method?.(name),
  }
  const shown = value.toText?.()
  return shown === undefined ? typed : { ...typed, toText: () => shown }
}
