/** Pipelines to closures: commands, operands, variables. */
import { quote } from '../golang/quote.ts'
import { builtins } from './builtins.ts'
import { type Argument, bindArgument, type Call, compileCall, compileDynamicCall, miscount } from './call.ts'
import { evaluateIdeal, failing } from './constant.ts'
import { elementInterface, failField, type FieldCall, fieldOf, noField, quickField } from './field.ts'
import { nodeText } from './node-text.ts'
import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  Node,
  OperandNode,
  PipeNode,
  VariableNode,
} from './nodes.ts'
import type { Dot } from './fold.ts'
import { type Evaluate, fail } from './run.ts'
import {
  type ConditionalVariable,
  dataSlot,
  declare,
  type Scope,
  typeInSlot,
  unset,
  type Variable,
} from './scope.ts'
import { callableOf } from './signature.ts'
import { truth } from './truth.ts'
import { anyValue, emptyInterface } from './types.ts'
import type { Value } from './values.ts'

/**
 * A pipeline's value, which a nil interface is none of: it becomes "no value". Variables that it declares live on in
 * the scope; in a range they are given slots for the type of their elements.
 */
export function compilePipe(scope: Scope, pipe: PipeNode, elementTypeSlot?: number): Evaluate {
  const value = compileValue(scope, pipe)
  return pipe.declarations.reduce((evaluate, variable, i) => {
    const isElement = i === pipe.declarations.length - 1
    const stored = storing(scope, evaluate, variable, pipe.isAssign, isElement ? elementTypeSlot : undefined)
    const isConstant = pipe.declarations.length === 1 && elementTypeSlot === undefined
    if (isConstant) keepConstant(scope, variable.name, scope.folder.constant(evaluate))
    return stored
  }, value)
}

function compileValue(scope: Scope, pipe: PipeNode): Evaluate {
  const { folder, dot } = scope
  const commands = compileCommands(scope, pipe)
  const value = commands.length === 1 && commands[0] !== undefined ? single(commands[0]) : chained(commands)
  return commands.every((command) => folder.isPure(command))
    ? folder.folded(value, dot, 'unchangeable')
    : value
}

/** A pipeline where nil is as good as no value: to be printed, or to be judged. */
export function compileRawPipe(scope: Scope, pipe: PipeNode): Evaluate {
  if (pipe.commands.length > 1 || pipe.declarations.length > 0) return compilePipe(scope, pipe)
  return compileCommands(scope, pipe)[0] ?? (() => undefined)
}

function compileCommands(scope: Scope, pipe: PipeNode): readonly Evaluate[] {
  return pipe.commands.map((command, i) => compileCommand(scope, command, pipe, i > 0))
}

function single(command: Evaluate): Evaluate {
  return (run, variables, dot) => command(run, variables, dot, undefined) ?? undefined
}

function chained(commands: readonly Evaluate[]): Evaluate {
  return (run, variables, dot) => {
    let value: Value
    for (const command of commands) value = command(run, variables, dot, value) ?? undefined
    return value
  }
}

function storing(
  scope: Scope,
  evaluate: Evaluate,
  { name }: VariableNode,
  isAssign: boolean,
  elementTypeSlot: number | undefined,
): Evaluate {
  const variable = isAssign ? scope.variables.find(name) : declare(scope, name, elementTypeSlot)
  if (variable === undefined) {
    return (run, variables, dot, final) => {
      evaluate(run, variables, dot, final)
      return fail(run, `undefined variable: ${name}`)
    }
  }
  const { slot, typeSlot } = variable
  return (run, variables, dot, final) => {
    const value = evaluate(run, variables, dot, final)
    variables[slot] = value
    if (typeSlot !== undefined) variables[typeSlot] = undefined
    return value
  }
}

/** A variable that is declared with a constant and never assigned to is one itself. */
function keepConstant(scope: Scope, name: string, constant: Variable['constant']): void {
  const variable = scope.variables.find(name)
  if (variable === undefined || variable.maybeUnset || scope.assigned.has(name)) return
  variable.constant = constant
}

/** A command; what was piped into it, if anything, is its last argument. */
function compileCommand(scope: Scope, command: CommandNode, pipe: PipeNode, isPiped: boolean): Evaluate {
  const [first, ...rest] = command.args
  if (first.type === 'identifier') return compileFunction(scope, first, command, { nodes: rest, isPiped })
  const takesArguments = first.type === 'field' || first.type === 'chain' || isFieldOfVariable(first)
  if (takesArguments || (rest.length === 0 && !isPiped)) {
    if (first.type === 'nil') return failing(first, 'nil is not a command')
    return compileOperand(scope, first, { nodes: rest, isPiped })
  }
  const surplus = `can't give argument to non-function ${nodeText(first)}`
  if (first.type !== 'pipe') return failing(first, surplus)
  // A later stage is blamed on whatever was evaluated last.
  return isPiped ? (run) => fail(run, surplus) : failing(pipe, surplus)
}

function isFieldOfVariable(node: OperandNode): boolean {
  return node.type === 'variable' && node.fields.length > 0
}

/** The arguments of a method at the end of an operand. */
interface Given {
  readonly nodes: readonly OperandNode[]
  readonly isPiped: boolean
}

const nothing: Given = { nodes: [], isPiped: false }

/** An operand where any value will do. */
function compileOperand(scope: Scope, node: OperandNode, given: Given): Evaluate {
  switch (node.type) {
    case 'dot':
      return compileDot(scope, node)
    case 'field': {
      const isPure = isKnown(scope, scope.dot, node)
      const options = { typeSlot: scope.dotTypeSlot, isPure, isData: scope.dot === 'data' }
      return compileFields(scope, node, { given, start: undefined, ...options })
    }
    case 'variable':
      return compileVariable(scope, node, given)
    case 'chain': {
      const text = nodeText(node)
      if (node.node.type === 'nil') return failing(node, `indirection through explicit nil in ${text}`)
      const start = compileOperand(scope, node.node, nothing)
      const heldAs = givesInterface(scope, node.node) ? emptyInterface : undefined
      const isPure = scope.folder.isPure(start)
      return compileFields(scope, node, { given, start, heldAs, isPure, isData: false })
    }
    case 'identifier':
      return compileFunction(scope, node, node, given)
    case 'pipe':
      return compilePipe(scope, node)
    case 'bool':
    case 'string':
    case 'number':
      return scope.folder.folded(evaluateIdeal(node), scope.dot, 'any')
    default:
      return evaluateIdeal(node)
  }
}

function compileDot(scope: Scope, node: Node): Evaluate {
  if (typeof scope.dot === 'object') return scope.folder.always(node, scope.dot.value)
  return (run, _variables, dot) => {
    run.node = node
    return dot
  }
}

/** Whether the first field of a value is the same in every execution. */
function isKnown({ folder }: Scope, dot: Dot, { fields }: FieldNode | VariableNode): boolean {
  return typeof dot === 'object' || (dot === 'data' && folder.knows(fields[0]))
}

function compileArgument(scope: Scope, node: OperandNode): Argument {
  const isConstant =
    node.type === 'bool' || node.type === 'nil' || node.type === 'number' || node.type === 'string'
  return { node, evaluate: isConstant ? undefined : compileOperand(scope, node, nothing) }
}

function compileVariable(scope: Scope, node: VariableNode, given: Given): Evaluate {
  const variable = scope.variables.find(node.name)
  if (variable === undefined) return failing(node, `undefined variable: ${node.name}`)
  const { slot, typeSlot, maybeUnset } = variable
  const { constant } = variable
  const read: Evaluate =
    constant === undefined
      ? (run, variables) => {
          run.node = node
          const value = variables[slot]
          return maybeUnset && value === unset ? fail(run, `undefined variable: ${node.name}`) : value
        }
      : scope.folder.always(node, constant.value)
  if (node.fields.length === 0) return read
  const isPure = scope.folder.isPure(read) || (slot === 0 && isKnown(scope, scope.root, node))
  const isData = slot === 0 && scope.root === 'data'
  return compileFields(scope, node, { given, start: read, typeSlot, isPure, isData })
}

interface FieldsOptions {
  readonly given: Given
  /** What has the first field; dot if absent. */
  readonly start: Evaluate | undefined
  /** The interface type that the start is held in: known, or in a slot. */
  readonly heldAs?: string | undefined
  readonly typeSlot?: number | undefined
  /** What has the first field, or that field, is always the same. */
  readonly isPure: boolean
  /** What has the first field is the data. */
  readonly isData: boolean
}

/** A chain of fields; the arguments belong to the last. */
function compileFields(
  scope: Scope,
  node: FieldNode | ChainNode | VariableNode,
  options: FieldsOptions,
): Evaluate {
  const { start, heldAs, typeSlot } = options
  const args = options.given.nodes.map((argument) => compileArgument(scope, argument))
  const { isPiped } = options.given
  const last = node.fields.length - 1
  const calls = node.fields.map((name, i): FieldCall => {
    if (i < last) return { name, node, args: [], isPiped: false, hasArguments: false }
    return { name, node, args, isPiped, hasArguments: args.length > 0 || isPiped }
  })
  const evaluate: Evaluate = (run, variables, dot, final) => {
    let receiver = dot
    if (start === undefined) run.node = node
    else receiver = start(run, variables, dot, undefined)
    let container: Value
    for (const call of calls) {
      const value = quickField(receiver, call) ?? fieldOf(run, receiver, call, variables, dot, final)
      if (value === noField) {
        const isFirst = call === calls[0]
        const type = isFirst ? (heldAs ?? typeInSlot(variables, typeSlot)) : elementInterface(container)
        return failField(run, receiver, call.name, type)
      }
      container = receiver
      receiver = value
    }
    return receiver
  }
  if (args.length > 0 || isPiped) return evaluate
  if (options.isPure) return scope.folder.folded(evaluate, scope.dot, 'any')
  return options.isData && scope.folder.isOn ? readOnce(scope, node, evaluate) : evaluate
}

/** A field of the data, which templates ask for again and again. */
function readOnce(scope: Scope, node: FieldNode | ChainNode | VariableNode, evaluate: Evaluate): Evaluate {
  const slot = dataSlot(scope, node.fields)
  return (run, variables, dot) => {
    const kept = variables[slot]
    if (kept === undefined) return (variables[slot] = evaluate(run, variables, dot, undefined))
    run.node = node
    return kept
  }
}

function givesInterface(scope: Scope, node: OperandNode): boolean {
  const func = node.type === 'identifier' ? scope.functions.get(node.name) : undefined
  return func !== undefined && callableOf(func).givesInterface
}

/** A function's call. `whole` is blamed if the function fails. */
function compileFunction(scope: Scope, node: IdentifierNode, whole: Node, given: Given): Evaluate {
  const evaluate = compileApplication(scope, node, whole, given)
  // Arguments mark themselves.
  if (given.nodes.length > 0) return evaluate
  const marked: Evaluate = (run, variables, dot, final) => {
    run.node = node
    return evaluate(run, variables, dot, final)
  }
  const { folder } = scope
  const constant = folder.constant(evaluate)
  if (constant !== undefined) return folder.always(node, constant.value)
  return folder.isPure(evaluate) ? folder.piped(marked) : marked
}

function compileApplication(scope: Scope, node: IdentifierNode, whole: Node, given: Given): Evaluate {
  const { name } = node
  const { nodes, isPiped } = given
  const own = scope.functions.get(name)
  const func = own ?? builtins.get(name)
  if (func === undefined) return failing(node, `${quote(name)} is not a defined function`)
  if (own === undefined && (name === 'and' || name === 'or') && (nodes.length > 0 || isPiped)) {
    return compileShortCircuit(scope, name === 'or', given)
  }
  const callable = callableOf(func)
  const call: Call = { name, node: whole, args: nodes.map((arg) => compileArgument(scope, arg)), isPiped }
  const wrong = miscount(callable, call)
  if (wrong !== undefined) return failing(node, wrong)
  if (own === undefined && name === 'call') return compileDynamicCall(call)
  const evaluate = compileCall(callable, call)
  if (func.isVolatile === true || !call.args.every((arg) => scope.folder.isPure(arg.evaluate)))
    return evaluate
  return isPiped ? scope.folder.piped(evaluate) : scope.folder.folded(evaluate, scope.dot, 'unchangeable')
}

/** and, or: the first argument that decides, or the last. The others are not evaluated, their variables not declared. */
function compileShortCircuit(scope: Scope, isOr: boolean, { nodes, isPiped }: Given): Evaluate {
  const outer = scope.conditional
  const declared: ConditionalVariable[] = []
  const operands = nodes.map((node, i) => {
    if (i > 0) scope.conditional = declared
    return bindArgument(compileArgument(scope, node), anyValue)
  })
  scope.conditional = outer
  outer?.push(...declared)
  const decide: Evaluate = (run, variables, dot, final) => {
    let value: Value
    for (const operand of operands) {
      value = operand(run, variables, dot, final)
      if (truth(value) === isOr) return value
    }
    return isPiped ? final : value
  }
  if (declared.length === 0) return decide
  return (run, variables, dot, final) => {
    for (const { slot, outer } of declared) {
      variables[slot] = outer === undefined ? unset : variables[outer.slot]
    }
    return decide(run, variables, dot, final)
  }
}
