/** Statements to closures. Everything that can be known before the data is settled here. */
import { quote } from '../golang/quote.ts'
import { compilePipe, compileRawPipe } from './compile-pipe.ts'
import { compileRange, weightOf } from './compile-range.ts'
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
} from './run.ts'
import { newScope, type Scope } from './scope.ts'
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

/** Compiles all trees of a text. */
export function compileTrees(
  trees: ReadonlyMap<string, Tree>,
  functions: FunctionMap,
): ReadonlyMap<string, CompiledTemplate> {
  const templates = new Map<string, CompiledTemplate>()
  for (const [name, tree] of trees) templates.set(name, { tree, slots: 1, weight: 1, execute: () => proceed })
  for (const template of templates.values()) {
    const scope = newScope(functions, templates)
    template.execute = compileList(scope, template.tree.root)
    template.weight = weightOf(template.tree.root)
    template.slots = scope.slots
  }
  return templates
}

/** Runs a template on its data, with variables of its own. */
export function runTemplate(run: Run, template: CompiledTemplate, data: Value): void {
  spend(run, template.weight)
  const variables = Array<Value>(template.slots).fill(undefined)
  variables[0] = data
  template.execute(run, variables, data)
}

/** The statements of a list, one after the other until one leaves the loop around. */
function compileList(scope: Scope, list: ListNode): Execute {
  const statements = list.nodes.map((node) => compileStatement(scope, node))
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

function compileStatement(scope: Scope, node: StatementNode): Execute {
  switch (node.type) {
    case 'text': {
      const { text } = node
      return (run) => {
        write(run, text)
        return proceed
      }
    }
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

function compileAction(scope: Scope, node: ActionNode): Execute {
  const evaluate = compileRawPipe(scope, node.pipe)
  if (node.pipe.declarations.length > 0) {
    return (run, variables, dot) => {
      evaluate(run, variables, dot, undefined)
      return proceed
    }
  }
  return (run, variables, dot) => {
    const value = evaluate(run, variables, dot, undefined)
    if (typeof value === 'string') write(run, value)
    else print(run, node, value)
    return proceed
  }
}

function print(run: Run, node: ActionNode, value: Value): void {
  run.node = node
  if (kindOf(value) === 'func') fail(run, `can't print ${nodeText(node)} of type ${typeText(value)}`)
  write(run, shown(run, value))
}

function compileIf(scope: Scope, node: BranchNode): Execute {
  const condition = compileRawPipe(scope, node.pipe)
  const list = scope.variables.inBlock(() => compileList(scope, node.list))
  const otherwise = compileOtherwise(scope, node)
  return (run, variables, dot) => {
    if (truth(condition(run, variables, dot, undefined))) return list(run, variables, dot)
    return otherwise === undefined ? proceed : otherwise(run, variables, dot)
  }
}

function compileWith(scope: Scope, node: BranchNode): Execute {
  const evaluate = compilePipe(scope, node.pipe)
  const outerType = scope.dotTypeSlot
  scope.dotTypeSlot = undefined
  const list = scope.variables.inBlock(() => compileList(scope, node.list))
  scope.dotTypeSlot = outerType
  const otherwise = compileOtherwise(scope, node)
  return (run, variables, dot) => {
    const value = evaluate(run, variables, dot, undefined)
    if (truth(value)) return list(run, variables, value)
    return otherwise === undefined ? proceed : otherwise(run, variables, dot)
  }
}

function compileOtherwise(scope: Scope, { otherwise }: BranchNode): Execute | undefined {
  return otherwise === undefined ? undefined : scope.variables.inBlock(() => compileList(scope, otherwise))
}

function compileTemplateCall(scope: Scope, node: TemplateNode): Execute {
  const template = scope.templates.get(node.name)
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
