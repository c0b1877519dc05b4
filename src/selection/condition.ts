import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import { isList, isObject, type Json } from '../injection/json.ts'

/** What conditions are asked with: the variables that the API server has, as CEL has them. */
export interface ConditionInput {
  readonly object: unknown
  readonly request: unknown
  /** It is known who creates the object. */
  readonly hasUser: boolean
  /** Names of members that the object may have had. */
  readonly notKept: ReadonlySet<string>
}

/** Makes the variables; once for all conditions that are asked. */
export function conditionInput(
  object: Json,
  request: Json,
  notKept: ReadonlySet<string> = new Set(),
): ConditionInput {
  const hasUser = isObject(request) && request['userInfo'] !== undefined
  return { object: toCel(object), request: toCel(request), hasUser, notKept }
}

/** What a condition says. An error is one that the API server would have, too; unknown is what only it can tell. */
export type Truth =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | { readonly kind: 'error'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** A matchCondition. */
export interface Condition {
  readonly expression: string
  evaluate(input: ConditionInput): Truth
}

/**
 * A matchCondition to be evaluated: CEL as the API server has it, but for the authorizer and for Kubernetes' own library
 * (quantities, addresses, …), of which it says that they cannot be evaluated here. Never throws.
 */
export function compileCondition(expression: string): Condition {
  const program = compile(expression)
  if (typeof program === 'string') return { expression, evaluate: () => ({ kind: 'unknown', why: program }) }
  const names = namesIn(program.ast)
  return {
    expression,
    evaluate(input) {
      const missing = whatIsMissing(names, input)
      return missing === undefined ? run(program, input) : { kind: 'unknown', why: missing }
    },
  }
}

type Program = ReturnType<Environment['parse']>

const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn')
  // JavaScript's regular expressions may take forever, and are others.
  .registerFunction('string.re2(string): bool', (text: string, pattern: string) =>
    RE2JS.compile(pattern).matcher(text).find(),
  )
  .registerFunction('string.find(string): string', (text: string, pattern: string) => {
    const matcher = RE2JS.compile(pattern).matcher(text)
    return matcher.find() ? (matcher.group() ?? '') : ''
  })
  .registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) =>
    text.replaceAll(old, () => by),
  )

/** The program, or why there is none: the API server, which has accepted it, knows more than we do. */
function compile(expression: string): Program | string {
  try {
    const program = environment.parse(withRe2(expression))
    const checked = program.check()
    return checked.valid ? program : `cannot be evaluated here: ${firstLine(checked.error)}`
  } catch (error) {
    return `cannot be evaluated here: ${firstLine(error)}`
  }
}

/** The expression with every call of `matches` as one of `re2`. */
function withRe2(expression: string): string {
  const places: number[] = []
  visit(environment.parse(expression).ast, (node) => {
    if (node.op !== 'rcall' || node.args[0] !== 'matches') return
    places.push(expression.indexOf('matches', node.args[1].range.end))
  })
  return places
    .toSorted((a, b) => b - a)
    .reduce((text, at) => `${text.slice(0, at)}re2${text.slice(at + 'matches'.length)}`, expression)
}

/** Names of members and strings: what an expression may look at. */
function namesIn(ast: ASTNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(ast, (node) => {
    if (node.op === '.' || node.op === '.?') names.add(node.args[1])
    if (node.op === 'value' && typeof node.args === 'string') names.add(node.args)
  })
  return names
}

function visit(node: ASTNode, look: (node: ASTNode) => void): void {
  look(node)
  for (const child of childrenOf(node.args)) visit(child, look)
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap((arg: unknown) => (isNode(arg) ? [arg] : childrenOf(arg)))
  return isNode(args) ? [args] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'range' in value
}

/** Who creates a pod is known of some only, and of pods that are watched not all is kept; the API server always knows. */
function whatIsMissing(names: ReadonlySet<string>, { hasUser, notKept }: ConditionInput): string | undefined {
  if (names.has('userInfo') && !hasUser) return 'cannot be evaluated here: it asks who creates the pod'
  const missing = [...names].find((name) => notKept.has(name))
  return missing === undefined
    ? undefined
    : `cannot be evaluated here: it asks for ${missing}, which is not kept`
}

function run(program: Program, { object, request }: ConditionInput): Truth {
  try {
    const value: unknown = program({ object, oldObject: null, request })
    if (value === true) return { kind: 'true' }
    if (value === false) return { kind: 'false' }
    return { kind: 'error', why: `is neither true nor false but ${typeof value}` }
  } catch (error) {
    return { kind: 'error', why: firstLine(error) }
  }
}

/** CEL's integers are no doubles, and maps have the keys that users choose. */
function toCel(json: Json | undefined): unknown {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json
  if (isList(json)) return json.map(toCel)
  if (!isObject(json)) return json
  return new Map(
    Object.entries(json).flatMap(([key, value]) => (value === undefined ? [] : [[key, toCel(value)]])),
  )
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n', 1)[0] ?? ''
}
