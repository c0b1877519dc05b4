/** eq, ne, lt, le, gt and ge. Values of different kinds do not compare; signed and unsigned integers do. */
import { compareText } from '../golang/bytes.ts'
import { sprintf } from './printf.ts'
import { kindOf, type ReflectKind, typeText } from './types.ts'
import { goKind, type GoStruct, isGoValue, type Value } from './values.ts'

const basicKinds: ReadonlySet<ReflectKind> = new Set(['bool', 'string', 'int', 'uint', 'float', 'complex'])

const badType = 'invalid type for comparison'

/** Does the first equal any of the others? Throws an Error with Go's message. */
export function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison')
  return others.some((other) => equals(first, other))
}

/** Throws an Error with Go's message where Go cannot compare. */
export function equals(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right
  const leftKind = kindOf(left)
  const rightKind = kindOf(right)
  if (basicKinds.has(leftKind) || basicKinds.has(rightKind)) {
    if (leftKind === rightKind || areIntegers(leftKind, rightKind)) return sameScalar(left, right)
    if (leftKind === 'invalid' || rightKind === 'invalid') return false
    throw incompatible(left, right)
  }
  const comparable = leftKind === rightKind || leftKind === 'invalid' || rightKind === 'invalid'
  if (!comparable) {
    const [leftType, rightType] = [typeText(left), typeText(right)]
    throw new Error(sprintf('non-comparable types %s: %v, %s: %v', [left, leftType, rightType, right]))
  }
  if (isNil(left) || isNil(right)) return isNil(left) && isNil(right)
  if (!isComparable(right)) throw new Error(sprintf('non-comparable type %s: %v', [right, typeText(right)]))
  return identical(left, right)
}

/** Is the first less than the second? Throws an Error with Go's message. */
export function less(left: Value, right: Value): boolean {
  const leftKind = kindOf(left)
  const rightKind = kindOf(right)
  if (!basicKinds.has(leftKind) || !basicKinds.has(rightKind)) throw new Error(badType)
  if (leftKind !== rightKind && !areIntegers(leftKind, rightKind)) throw incompatible(left, right)
  const [a, b] = [scalarOf(left), scalarOf(right)]
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) < 0
  if (typeof a === 'boolean' || leftKind === 'complex' || a === undefined || b === undefined) {
    throw new Error(badType)
  }
  return a < b
}

/** Throws an Error with Go's message. */
export function lessOrEqual(left: Value, right: Value): boolean {
  return less(left, right) || equals(left, right)
}

function incompatible(left: Value, right: Value): Error {
  return new Error(`incompatible types for comparison: ${typeText(left)} and ${typeText(right)}`)
}

function areIntegers(left: ReflectKind, right: ReflectKind): boolean {
  return (left === 'int' || left === 'uint') && (right === 'int' || right === 'uint')
}

function scalarOf(value: Value): string | number | bigint | boolean | undefined {
  if (typeof value !== 'object') return value
  return isGoValue(value) && 'scalar' in value ? value.scalar : undefined
}

function sameScalar(left: Value, right: Value): boolean {
  if (isGoValue(left) && isGoValue(right) && 'imaginary' in left && 'imaginary' in right) {
    return left.real === right.real && left.imaginary === right.imaginary
  }
  return scalarOf(left) === scalarOf(right)
}

function isNil(value: Value): boolean {
  if (value === null || value === undefined) return true
  if (!isGoValue(value)) return false
  return value[goKind] === 'nil' || ('isNil' in value && value.isNil)
}

/** Maps, slices and functions have no ==, nor has what contains them. */
function isComparable(value: Value): boolean {
  const kind = kindOf(value)
  if (kind === 'struct' && isStruct(value)) {
    return value.fieldNames().every((name) => isComparable(value.field(name)))
  }
  return kind !== 'map' && kind !== 'slice' && kind !== 'func'
}

/** == of two values of one kind: pointers by identity, structs field by field. */
function identical(left: Value, right: Value): boolean {
  if (left === right) return true
  if (typeText(left) !== typeText(right)) return false
  const kind = kindOf(left)
  if (kind === 'struct' && isStruct(left) && isStruct(right)) {
    return left.fieldNames().every((name) => identical(left.field(name), right.field(name)))
  }
  return basicKinds.has(kind) && sameScalar(left, right)
}

function isStruct(value: Value): value is GoStruct {
  return isGoValue(value) && value[goKind] === 'struct'
}
