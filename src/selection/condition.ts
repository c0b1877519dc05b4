import { CelFailure, CelNotKnown } from '../cel/errors.ts'
import { evaluate } from '../cel/evaluate.ts'
import type { Expression } from '../cel/expression.ts'
import { namesIn } from '../cel/names.ts'
import { parse } from '../cel/parse.ts'
import { kindOf, type Value } from '../cel/value.ts'

/** What conditions are asked with: the variables that the API server has, as CEL has them. */
export interface ConditionInput {
  readonly variables: ReadonlyMap<string, Value>
  /** Names of members that the object may have had. */
  readonly notKept: ReadonlySet<string>
}

/** Makes the variables; once for all conditions that are asked. */
export function conditionInput(
  object: Value,
  request: Value,
  notKept: ReadonlySet<string> = new Set(),
): ConditionInput {
  const variables = new Map<string, Value>([
    ['object', object],
    ['oldObject', null],
    ['request', request],
    // Webhooks are not given it.
    ['namespaceObject', null],
    ['authorizer', { kind: 'unknown', why: 'it asks the authorizer', isThere: true }],
  ])
  return { variables, notKept }
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
 * A matchCondition to be evaluated: CEL as the API server has it, but for the authorizer and the rarer functions of its
 * library, of which it says that they cannot be evaluated here. Never throws.
 */
export function compileCondition(expression: string): Condition {
  let program: Expression
  let names: ReadonlySet<string>
  try {
    program = parse(expression)
    names = namesIn(program)
  } catch (error) {
    const truth = truthOfError(error)
    return { expression, evaluate: () => truth }
  }
  return {
    expression,
    evaluate({ variables, notKept }) {
      const missing = [...names].find((name) => notKept.has(name))
      if (missing !== undefined) return unknown(`it asks for ${missing}, which is not kept`)
      return run(program, variables)
    },
  }
}

function run(program: Expression, variables: ReadonlyMap<string, Value>): Truth {
  try {
    const value = evaluate(program, variables)
    if (typeof value === 'boolean') return { kind: value ? 'true' : 'false' }
    return { kind: 'error', why: `is neither true nor false but a ${kindOf(value)}` }
  } catch (error) {
    return truthOfError(error)
  }
}

function truthOfError(error: unknown): Truth {
  if (error instanceof CelNotKnown) return unknown(error.message)
  if (error instanceof CelFailure) return { kind: 'error', why: error.message }
  // Of the stack by a long chain of operators, or of a text or list that grows: the API server has bounds of its own for these.
  if (error instanceof RangeError) return unknown('it is too long')
  throw error
}

function unknown(why: string): Truth {
  return { kind: 'unknown', why: `cannot be evaluated here: ${why}` }
}
