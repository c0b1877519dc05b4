/** Where variables live: every declaration gets a slot of its own when a template is compiled. */
import type { CompiledTemplate } from './compile.ts'
import type { Dot, Folder } from './fold.ts'
import type { Variables } from './run.ts'
import { goNil } from './typed.ts'
import type { FunctionMap, Value } from './values.ts'
import { VariableStack } from './variable-stack.ts'

export interface Variable {
  readonly slot: number
  /** The slot of the interface type that a loop took the value from, which messages show. */
  readonly typeSlot: number | undefined
  /** Declared where and/or may not come: reading it may find that it does not exist. */
  readonly maybeUnset: boolean
  /** Its value where that is always the same. */
  constant?: { readonly value: Value } | undefined
}

/** What the compilation of one template knows. */
export interface Scope {
  readonly functions: FunctionMap
  /** The template of a name as it is compiled for any data, or for those of the execution. */
  readonly templateOf: (name: string, dot: Dot) => CompiledTemplate | undefined
  readonly folder: Folder
  /** Dot where the compilation is, and what it is that `$` means. */
  dot: Dot
  readonly root: Dot
  /** The names of variables that are assigned to after their declaration. */
  readonly assigned: ReadonlySet<string>
  readonly variables: VariableStack<Variable>
  slots: number
  /** Like {@link Variable.typeSlot}, for dot. */
  dotTypeSlot: number | undefined
  /** The slots of fields of the data that were read already, by their names joined with a point. */
  readonly dataSlots: Map<string, number>
  /** Variables declared in the argument of and/or that is being compiled. */
  conditional: ConditionalVariable[] | undefined
}

/** A variable that exists once its declaration has run, and the one that its name means before. */
export interface ConditionalVariable {
  readonly slot: number
  readonly outer: Variable | undefined
}

/** Marks a variable whose declaration was not reached. */
export const unset: Value = goNil('undefined variable')

export function newScope(
  options: Pick<Scope, 'functions' | 'templateOf' | 'folder' | 'root' | 'assigned'>,
): Scope {
  const variables = new VariableStack<Variable>()
  variables.push('$', { slot: 0, typeSlot: undefined, maybeUnset: false })
  return {
    ...options,
    dot: options.root,
    variables,
    slots: 1,
    dotTypeSlot: undefined,
    dataSlots: new Map(),
    conditional: undefined,
  }
}

/** Compiles what has a dot of its own. */
export function withDot<T>(scope: Scope, dot: Dot, compile: () => T): T {
  const outer = scope.dot
  scope.dot = dot
  const compiled = compile()
  scope.dot = outer
  return compiled
}

export function newSlot(scope: Scope): number {
  return scope.slots++
}

/** The slot of a field of the data. */
export function dataSlot(scope: Scope, fields: readonly string[]): number {
  const name = fields.join('.')
  const slot = scope.dataSlots.get(name) ?? newSlot(scope)
  scope.dataSlots.set(name, slot)
  return slot
}

export function declare(scope: Scope, name: string, typeSlot?: number): Variable {
  const outer = scope.variables.find(name)
  const maybeUnset = scope.conditional !== undefined
  const variable = { slot: newSlot(scope), typeSlot, maybeUnset }
  scope.conditional?.push({ slot: variable.slot, outer })
  scope.variables.push(name, variable)
  return variable
}

/** The interface type that a loop left for messages, if it did. */
export function typeInSlot(variables: Variables, slot: number | undefined): string | undefined {
  const type = slot === undefined ? undefined : variables[slot]
  return typeof type === 'string' ? type : undefined
}
