/** Statements to closures. Everything that can be known before the data is settled here. */
import { quote } from '../golang/quote.ts'
import { assignedNames } from './assigned.ts'
import { compilePipe, compileRawPipe } from './compile-pipe.ts'
import { compileRange, weightOf } from './compile-range.ts'
import type { Dot, Folder } from './fold.ts'
import { nodeText } from './node-text.ts'
import type { ActionNode, BranchNode, ListNode, StatementNode, TemplateNode, Tree } from './nodes.ts'
import {
  breakLoop,
  continueLoop,
  type Evaluate,
  type Execute,
  fail,
  failLimit,
  proceed,
  type Run,
  shown,
  spend,
  write,
  writeHole,
} from './run.ts'
import { newScope, type Scope, withDot } from './scope.ts'
import { truth } from './truth.ts'
import { kindOf, typeText } from './types.ts'
import type { FunctionMap, Value } from './values.ts'

/** A template ready to run. Its closures come last, because templates may call each other in circles. */
export interface CompiledTemplate {
  readonly tree: Tree
  /** The number of its variables' slots; `$` has the first. */
  slots: number
  /** The number of its nodes. */
  weight: number
  execute: Execute
}

/** Finds a template by name, for the data of the execution or for any. */
export type FindTemplate = (name: string, dot: Dot) => CompiledTemplate | undefined

/** Compiles the trees of a text, each when it is first asked for. */
export function compileTrees(
  trees: ReadonlyMap<string, Tree>,
  functions: FunctionMap,
  folder: Folder,
): FindTemplate {
  const templates = {
    data: new Map<string, CompiledTemplate>(),
    anything: new Map<string, CompiledTemplate>(),
  }
  function templateOf(name: string, dot: Dot): CompiledTemplate | undefined {
    const root = dot === 'data' ? 'data' : 'anything'
    const known = templates[root].get(name)
    const tree = trees.get(name)
    if (known !== undefined || tree === undefined) return known
    const template: CompiledTemplate = { tree, slots: 1, weight: 1, execute: () => proceed }
    templates[root].set(name, template)
    const scope = newScope({ functions, templateOf, folder, root, assigned: assignedNames(tree.root) })
    template.execute = compileList(scope, tree.root)
    template.weight = weightOf(tree.root)
    template.slots = scope.slots
    return template
  }
  return templateOf
}

/** Runs a template on its data, with variables of its own. */
export function runTemplate(run: Run, template: CompiledTemplate, data: Value): void {
  spend(run, template.weight)
  const variables = Array<Value>(template.slots).fill(undefined)
  variables[0] = data
  template.execute(run, variables, data)
}

/** A statement, or the text that it always writes. */
type Statement = Execute | string

/** The statements of a list, one after the other until one leaves the loop around. */
function compileList(scope: Scope, list: ListNode): Execute {
  return inOrder(joined(list.nodes.flatMap((node) => compileStatement(scope, node))).map(toExecute))
}

/** Texts that follow each other in one piece. */
function joined(statements: readonly Statement[]): readonly Statement[] {
  const left: Statement[] = []
  for (const statement of statements) {
    const last = left.at(-1)
    if (typeof statement !== 'string' || typeof last !== 'string') left.push(statement)
    else left[left.length - 1] = last + statement
  }
  return left
}

function toExecute(statement: Statement): Execute {
  if (typeof statement !== 'string') return statement
  return (run) => {
    write(run, statement)
    return proceed
  }
}

function inOrder(statements: readonly Execute[]): Execute {
  const [only] = statements
  if (only !== undefined && statements.length === 1) return only
  return (run, variables, dot) => {
    for (const statement of statements) {
      const flow = statement(run, variables, dot)
      if (flow !== proceed) return flow
    }
    return proceed
  }
}

function compileStatement(scope: Scope, node: StatementNode): Statement | readonly Statement[] {
  switch (node.type) {
    case 'text':
      return node.text
    case 'action':
      return compileAction(scope, node)
    case 'if':
      return scope.variables.inBlock(() => compileIf(scope, node))
    case 'with':
      return scope.variables.inBlock(() => compileWith(scope, node))
    case 'range':
      return scope.variables.inBlock(() => compileRange(scope, node, (list) => compileList(scope, list)))
    case 'template':
      return compileTemplateCall(scope, node)
    case 'break':
      return () => breakLoop
    default:
      return () => continueLoop
  }
}

function compileAction(scope: Scope, node: ActionNode): Statement {
  const evaluate = compileRawPipe(scope, node.pipe)
  if (node.pipe.declarations.length > 0) {
    return (run, variables, dot) => {
      evaluate(run, variables, dot, undefined)
      return proceed
    }
  }
  const constant = scope.folder.constant(evaluate)
  const text = constant && scope.folder.text((run) => print(run, node, constant.value))
  if (text !== undefined) return text
  return (run, variables, dot) => {
    const value = evaluate(run, variables, dot, undefined)
    if (typeof value === 'string') writeHole(run, value)
    else print(run, node, value)
    return proceed
  }
}

function print(run: Run, node: ActionNode, value: Value): void {
  run.node = node
  if (kindOf(value) === 'func') fail(run, `can't print ${nodeText(node)} of type ${typeText(value)}`)
  writeHole(run, shown(run, value))
}

function compileIf(scope: Scope, node: BranchNode): Statement | readonly Statement[] {
  const condition = compileRawPipe(scope, node.pipe)
  const always = isSettled(node) ? scope.folder.constant(condition) : undefined
  if (always !== undefined) return compileBranch(scope, truth(always.value) ? node.list : node.otherwise)
  const list = scope.variables.inBlock(() => compileList(scope, node.list))
  const otherwise = compileOtherwise(scope, node)
  return (run, variables, dot) => {
    if (truth(condition(run, variables, dot, undefined))) {
      run.path += '1'
      return list(run, variables, dot)
    }
    run.path += '0'
    return otherwise === undefined ? proceed : otherwise(run, variables, dot)
  }
}

function compileWith(scope: Scope, node: BranchNode): Statement | readonly Statement[] {
  const evaluate = compilePipe(scope, node.pipe)
  const always = isSettled(node) ? scope.folder.constant(evaluate) : undefined
  if (always !== undefined && !truth(always.value)) return compileBranch(scope, node.otherwise)
  const outerType = scope.dotTypeSlot
  scope.dotTypeSlot = undefined
  const list = withDot(scope, always ?? 'anything', () =>
    scope.variables.inBlock(() => compileList(scope, node.list)),
  )
  scope.dotTypeSlot = outerType
  if (always !== undefined) return (run, variables) => list(run, variables, always.value)
  const otherwise = compileOtherwise(scope, node)
  return (run, variables, dot) => {
    const value = evaluate(run, variables, dot, undefined)
    if (truth(value)) {
      run.path += '1'
      return list(run, variables, value)
    }
    run.path += '0'
    return otherwise === undefined ? proceed : otherwise(run, variables, dot)
  }
}

/** Variables of the condition would have to be set before the branch. */
function isSettled({ pipe }: BranchNode): boolean {
  return pipe.declarations.length === 0
}

/** A branch that is always taken becomes part of what is around it. */
function compileBranch(scope: Scope, list: ListNode | undefined): readonly Statement[] {
  if (list === undefined) return []
  return scope.variables.inBlock(() => list.nodes.flatMap((node) => compileStatement(scope, node)))
}

function compileOtherwise(scope: Scope, { otherwise }: BranchNode): Execute | undefined {
  return otherwise === undefined ? undefined : scope.variables.inBlock(() => compileList(scope, otherwise))
}

function compileTemplateCall(scope: Scope, node: TemplateNode): Execute {
  const template = scope.templateOf(node.name, isData(scope, node) ? 'data' : 'anything')
  const evaluate: Evaluate = node.pipe === undefined ? () => undefined : compilePipe(scope, node.pipe)
  return (run, variables, dot) => {
    run.node = node
    if (template === undefined) return fail(run, `template ${quote(node.name)} not defined`)
    const { templateDepth } = run.limits
    if (run.depth >= templateDepth) failLimit(run, `exceeded maximum template depth (${templateDepth})`)
    const data = evaluate(run, variables, dot, undefined)
    const caller = run.template
    run.template = node.name
    run.depth++
    runTemplate(run, template, data)
    run.depth--
    run.template = caller
    return proceed
  }
}

/** Whether a template is called with the data of the execution, `{{ template "name" . }}`. */
function isData(scope: Scope, { pipe }: TemplateNode): boolean {
  const command = pipe?.declarations.length === 0 && pipe.commands.length === 1 ? pipe.commands[0] : undefined
  if (command?.args.length !== 1) return false
  const [operand] = command.args
  if (operand.type === 'dot') return scope.dot === 'data'
  return (
    operand.type === 'variable' &&
    operand.name === '$' &&
    operand.fields.length === 0 &&
    scope.root === 'data'
  )
}
