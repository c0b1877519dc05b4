/** Loops: over lists, over maps in the order of their keys, and over the integers below one. */
import { compilePipe } from './compile-pipe.ts'
import { elementInterface } from './field.ts'
import type { BranchNode, ListNode } from './nodes.ts'
import { sortedKeys } from './printer.ts'
import { breakLoop, type Execute, fail, proceed, type Run, shown, spend, type Variables } from './run.ts'
import { newSlot, type Scope, withDot } from './scope.ts'
import { goScalar } from './typed.ts'
import { isScalar, pointedType } from './types.ts'
import { goKind, type GoScalar, isGoValue, isList, type Value } from './values.ts'

/** Sorting a great map costs about as much as this many nodes for each key. */
const stepsPerSortedKey = 4

/** Where a loop puts its indexes and elements, and what it does for each. */
interface Loop {
  readonly indexSlot: number | undefined
  readonly elementSlot: number | undefined
  readonly body: Execute
  readonly weight: number
}

/** Compiles a `range`; how lists are compiled is the caller's knowledge. */
export function compileRange(
  scope: Scope,
  { pipe, list, otherwise }: BranchNode,
  compileList: (list: ListNode) => Execute,
): Execute {
  const elementTypeSlot = newSlot(scope)
  const evaluate = compilePipe(scope, pipe, elementTypeSlot)
  const slots = pipe.declarations.map(({ name }) => scope.variables.find(name)?.slot)
  const outerType = scope.dotTypeSlot
  const dotTypeSlot = newSlot(scope)
  scope.dotTypeSlot = dotTypeSlot
  const body = withDot(scope, 'anything', () => scope.variables.inBlock(() => compileList(list)))
  scope.dotTypeSlot = outerType
  const empty = otherwise === undefined ? undefined : scope.variables.inBlock(() => compileList(otherwise))
  const indexSlot = slots.length > 1 ? slots[0] : undefined
  const loop: Loop = { indexSlot, elementSlot: slots.at(-1), body, weight: weightOf(list) }
  return (run, variables, dot) => {
    const value = evaluate(run, variables, dot, undefined)
    variables[elementTypeSlot] = variables[dotTypeSlot] = elementInterface(value)
    const isRun = iterate(run, variables, value, loop)
    run.path += '.'
    if (isRun) return proceed
    variables[elementTypeSlot] = undefined
    return empty === undefined ? proceed : empty(run, variables, dot)
  }
}

/** The nodes that one pass over a list may execute, loops inside not counted: what a pass costs. */
export function weightOf(list: ListNode): number {
  let weight = 1
  for (const node of list.nodes) {
    weight++
    if (!('list' in node)) continue
    weight += weightOf(node.list) + (node.otherwise === undefined ? 0 : weightOf(node.otherwise))
  }
  return weight
}

/** Runs the body for every element; false if there are none. */
function iterate(run: Run, variables: Variables, value: Value, loop: Loop): boolean {
  if (value === null || value === undefined) return false
  if (isList(value)) {
    return overIndexes(run, variables, loop, value.length, (index) => value[index])
  }
  if (isGoValue(value)) {
    switch (value[goKind]) {
      case 'slice':
      case 'array':
        return overIndexes(run, variables, loop, value.length, (index) => value.at(index))
      case 'map':
        return overKeys(run, variables, loop, value.keys(), (key) => value.get(key))
    }
    if (isScalar(value) && typeof value.scalar === 'bigint') {
      refuseIndex(run, value, loop)
      return overIntegers(run, variables, loop, value.scalar, typedLike(value))
    }
  } else if (typeof value === 'object') {
    return overKeys(run, variables, loop, sortedKeys(value), (key) => value[key])
  }
  if (typeof value === 'bigint') {
    refuseIndex(run, value, loop)
    return overIntegers(run, variables, loop, value, (integer) => integer)
  }
  return fail(run, `range can't iterate over ${shown(run, value)}`)
}

function overIndexes(
  run: Run,
  variables: Variables,
  loop: Loop,
  length: number,
  elementAt: (index: number) => Value,
): boolean {
  for (let index = 0; index < length; index++) {
    if (loop.indexSlot !== undefined) variables[loop.indexSlot] = BigInt(index)
    if (!once(run, variables, loop, elementAt(index))) break
  }
  return length > 0
}

function overKeys<Key extends Value>(
  run: Run,
  variables: Variables,
  loop: Loop,
  keys: readonly Key[],
  entryOf: (key: Key) => Value,
): boolean {
  // Whoever leaves at once has had the keys sorted.
  spend(run, keys.length * stepsPerSortedKey)
  for (const key of keys) {
    if (loop.indexSlot !== undefined) variables[loop.indexSlot] = key
    if (!once(run, variables, loop, entryOf(key))) break
  }
  return keys.length > 0
}

/** Makes integers of the type of another; without its methods, which know only their own value. */
function typedLike(value: GoScalar): (integer: bigint) => Value {
  const type = pointedType(value)
  return (integer) => goScalar(value[goKind], type, integer)
}

/** The integers below another have no index. */
function refuseIndex(run: Run, value: Value, { indexSlot }: Loop): void {
  if (indexSlot === undefined) return
  fail(run, `can't use ${shown(run, value)} to iterate over more than one variable`)
}

function overIntegers(
  run: Run,
  variables: Variables,
  loop: Loop,
  limit: bigint,
  toElement: (integer: bigint) => Value,
): boolean {
  for (let integer = 0n; integer < limit; integer++) {
    if (!once(run, variables, loop, toElement(integer))) break
  }
  return limit > 0n
}

/** Runs the body for one element; false if it leaves the loop. */
function once(run: Run, variables: Variables, loop: Loop, element: Value): boolean {
  spend(run, loop.weight)
  run.path += '+'
  if (loop.elementSlot !== undefined) variables[loop.elementSlot] = element
  return loop.body(run, variables, element) !== breakLoop
}
