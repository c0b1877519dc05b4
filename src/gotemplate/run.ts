/** The state of one execution, and how it ends early. */
import { quote } from '../golang/quote.ts'
import { placeOf, TemplateError, type TemplateErrorCode, TextLimitError } from './errors.ts'
import { printed } from './format.ts'
import type { Limits } from './limits.ts'
import { nodeText } from './node-text.ts'
import type { Node } from './nodes.ts'
import type { Value } from './values.ts'

/** What a map's missing key gives: no value, the zero value of the map's type, or an error. */
export type MissingKey = 'default' | 'zero' | 'error'

export interface Run {
  output: string
  /** What has come to be how so far: see Trace in template.ts. */
  path: string
  readonly holes: string[]
  readonly starts: number[]
  /** The node that is being evaluated. Messages name it, so whatever may fail or be blamed sets it first. */
  node: Node
  /** The name of the template that is being executed. */
  template: string
  steps: number
  /** Templates that are being executed, one inside the other. */
  depth: number
  readonly source: Source
  readonly limits: Limits
  readonly missingKey: MissingKey
}

/** The text that the templates came from. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** The variables of one template call, by slot. */
export type Variables = Value[]

/** An expression. `final` is what was piped into it; most ignore it. */
export type Evaluate = (run: Run, variables: Variables, dot: Value, final: Value) => Value

/** How a list went on: to its end, or out of a loop's body. */
export type Flow = 0 | 1 | 2
export const proceed = 0
export const breakLoop = 1
export const continueLoop = 2

/** A statement. */
export type Execute = (run: Run, variables: Variables, dot: Value) => Flow

/** Characters of text that count as one step. */
const charactersPerStep = 64

/** What a message about a limit shows of the node: there is no message of Go's to be equal to. */
const longestContext = 80

/** Ends the execution with Go's message for the current node. */
export function fail(run: Run, message: string, cause?: unknown): never {
  throw errorAt(run, 'execute', message, cause)
}

/** Ends the execution because it wants too much. */
export function failLimit(run: Run, message: string, cause?: unknown): never {
  throw errorAt(run, 'limit', message, cause)
}

/** The error that a function's failure becomes. */
export function callError(run: Run, { node, name }: { node: Node; name: string }, error: unknown): Error {
  // A template that a function ran on its own behalf may have reached a limit: no template may hide that.
  if (isStackOverflow(error) || (error instanceof TemplateError && error.code === 'limit')) return error
  run.node = node
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof TextLimitError ? 'limit' : 'execute'
  return errorAt(run, code, `error calling ${name}: ${message}`, error)
}

/** What JavaScript throws when values or calls nest more deeply than its stack bears. */
export function isStackOverflow(error: unknown): error is RangeError {
  return error instanceof RangeError && error.message.includes('call stack')
}

function errorAt(run: Run, code: TemplateErrorCode, message: string, cause: unknown): TemplateError {
  const { source, node } = run
  const place = placeOf(source.text, node.pos)
  const at = `${source.name}:${place.line}:${place.column}`
  const blamed = nodeText(node)
  const context = code === 'limit' ? blamed.slice(0, longestContext) : blamed
  const text = `template: ${at}: executing ${quote(run.template)} at <${context}>: ${message}`
  return new TemplateError(code, source.name, place, text, cause)
}

/** A value as an action prints it. */
export function shown(run: Run, value: Value): string {
  try {
    return printed(value)
  } catch (error) {
    if (error instanceof TextLimitError) return failLimit(run, error.message, error)
    throw error
  }
}

/** Counts work against the limit. */
export function spend(run: Run, steps: number): void {
  run.steps += steps
  if (run.steps > run.limits.steps) failLimit(run, `more than ${run.limits.steps} steps`)
}

/** Counts the work on a long text, and refuses one that is longer than the output may be. */
export function spendText(run: Run, text: string): void {
  if (text.length > run.limits.outputBytes) failLimit(run, `text longer than ${run.limits.outputBytes} bytes`)
  spend(run, Math.trunc(text.length / charactersPerStep))
}

/** A run that has not begun. */
export function newRun(start: Pick<Run, 'template' | 'node' | 'source' | 'limits' | 'missingKey'>): Run {
  return { output: '', path: '', holes: [], starts: [], steps: 0, depth: 0, ...start }
}

/** Adds what depends on the data to the output. */
export function writeHole(run: Run, text: string): void {
  run.starts.push(run.output.length)
  run.holes.push(text)
  write(run, text)
}

/** Adds to the output. */
export function write(run: Run, text: string): void {
  run.output += text
  if (run.output.length > run.limits.outputBytes) {
    failLimit(run, `output longer than ${run.limits.outputBytes} bytes`)
  }
}
