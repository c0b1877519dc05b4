/** fmt's Sprint, Sprintln and Sprintf, and the way templates print a value. */
import { normalize } from '../golang/bytes.ts'
import { formatFloat } from '../golang/float.ts'
import { Printer } from './printer.ts'
import { isPointer, isScalar, kindOf } from './types.ts'
import { goKind, isGoValue, type Value } from './values.ts'

/**
 * A value as an action `{{ … }}` prints it: pointers looked through, `<no value>` for nil. Throws TextLimitError if
 * the text would be enormous.
 */
export function printed(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return formatFloat(value, 'g', -1, 64)
    case 'bigint':
    case 'boolean':
      return String(value)
  }
  if (value === null || value === undefined) return '<no value>'
  if (!isGoValue(value) || value.toText !== undefined) return sprintOne(value)
  if (value.pointerText !== undefined) return value.pointerText()
  if (isPointer(value)) {
    if (isScalar(value)) return printed(value.scalar)
    if (value[goKind] === 'struct') return new Printer().target(value)
  }
  return sprintOne(value)
}

/** A value as fmt's `%v`, which is what fmt.Sprint gives for one argument. */
export function sprintOne(value: Value): string {
  return typeof value === 'string' ? value : new Printer().argument(value, 'v')
}

/** fmt.Sprint: the arguments, with a blank between two that are both no strings. */
export function sprint(args: readonly Value[]): string {
  return joinPrinted(args, sprintOne)
}

/** fmt.Sprintln: the arguments with blanks between, and a newline. */
export function sprintln(args: readonly Value[]): string {
  return normalize(`${args.map(sprintOne).join(' ')}\n`)
}

/** Like {@link sprint}, but each argument as an action prints it: what html, js and urlquery escape. */
export function printedAll(args: readonly Value[]): string {
  return joinPrinted(args, printed)
}

function joinPrinted(args: readonly Value[], show: (value: Value) => string): string {
  let text = ''
  let afterString = true
  for (const arg of args) {
    const isString = kindOf(arg) === 'string' || (show === printed && isNilOrStringPointer(arg))
    if (!isString && !afterString) text += ' '
    text += show(arg)
    afterString = isString
  }
  return normalize(text)
}

/** What {@link printed} turns into a string before it is joined. */
function isNilOrStringPointer(value: Value): boolean {
  return value === null || value === undefined || (isScalar(value) && typeof value.scalar === 'string')
}
