/** The public face of the engine: a text is compiled once and executed as often as need be. */
import { byteLength, normalize } from '../golang/bytes.ts'
import { quote } from '../golang/quote.ts'
import { builtins } from './builtins.ts'
import { type CompiledTemplate, compileTrees, runTemplate } from './compile.ts'
import { Folder } from './fold.ts'
import { TemplateError } from './errors.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { Node, Tree } from './nodes.ts'
import { parse } from './parse.ts'
import { failLimit, isStackOverflow, type MissingKey, newRun, type Run } from './run.ts'
import type { FunctionMap, Value } from './values.ts'

export interface TemplateOptions {
  /** The name that messages begin with, and that the text itself is executed under. */
  readonly name: string
  /** Default: `{{` and `}}`. */
  readonly delimiters?: readonly [left: string, right: string]
  /** Functions besides the built-in ones, which they may hide. */
  readonly functions: FunctionMap
  /** Default: `default`, which makes a missing key no value. */
  readonly missingKey?: MissingKey
  readonly limits?: Partial<Limits>
  /**
   * Fields of the data that will be the same in every execution: what depends on nothing else is worked out once, when
   * the text is compiled. Functions are called for that, but for volatile ones.
   *
   * Default: nothing is worked out beforehand.
   */
  readonly known?: ReadonlyMap<string, Value> | undefined
}

/**
 * What one execution wrote. Executions with the same path differ in nothing but their holes: what actions printed that
 * depend on the data.
 */
export interface Trace {
  /** Made when it is first asked for. Throws TemplateError `limit` if it is too long. */
  readonly text: string
  /** The decisions that `if`, `with` and `range` made, in order. */
  readonly path: string
  /** The texts in the holes, and where in the text they start; undefined if it had to be made valid Unicode. */
  readonly holes: readonly string[]
  readonly starts: readonly number[] | undefined
}

export interface Template {
  readonly name: string
  /** The syntax tree of the text itself. */
  readonly tree: Tree
  /** The syntax tree of a template defined in the text. */
  lookup(name: string): Tree | undefined
  /** The names of all templates in the text, its own included, sorted. */
  names(): readonly string[]
  /** Renders the text. Throws TemplateError of code `execute` or `limit`. */
  execute(data: Value): string
  /** Like {@link execute}, and tells what of the text depends on the data. */
  trace(data: Value): Trace
  /** Renders a template defined in the text. Throws TemplateError, also if there is none of that name. */
  executeNamed(name: string, data: Value): string
}

/**
 * Compiles a template text, with all that can be settled before the data. Throws TemplateError of code `parse` or
 * `limit`.
 */
export function compileTemplate(text: string, options: TemplateOptions): Template {
  const { name, functions, missingKey = 'default' } = options
  const limits: Limits = { ...defaultLimits, ...options.limits }
  const trees = parse(text, {
    name,
    delimiters: withDefaults(options.delimiters),
    functionNames: { has: (word) => functions.has(word) || builtins.has(word) },
    parseDepth: limits.parseDepth,
  })
  const tree = trees.get(name) ?? { name, root: { type: 'list', pos: 0, nodes: [] } }
  const start = (template: string, root: Node): Run =>
    newRun({ template, node: root, source: { name, text }, limits, missingKey })
  const templateOf = compileTrees(trees, functions, new Folder(options.known, () => start(name, tree.root)))
  // All of them now, so that nothing is left to be compiled when they are executed.
  for (const wanted of trees.keys()) templateOf(wanted, 'data')
  const trace = (wanted: string, data: Value): Trace => {
    const template = templateOf(wanted, 'data')
    // Data that are nil are no value at all.
    if (template !== undefined) return traced(start(wanted, template.tree.root), template, data ?? undefined)
    const message = `template: no template ${quote(wanted)} associated with template ${quote(name)}`
    throw new TemplateError('execute', name, { line: 0, column: 0 }, message)
  }
  return {
    name,
    tree,
    lookup: (wanted) => trees.get(wanted),
    names: () => [...trees.keys()].sort(),
    execute: (data) => trace(name, data).text,
    trace: (data) => trace(name, data),
    executeNamed: (wanted, data) => trace(wanted, data).text,
  }
}

/** An empty delimiter is the usual one, as in Go. */
function withDefaults([left, right]: readonly [string, string] = ['', '']): readonly [string, string] {
  return [left === '' ? '{{' : left, right === '' ? '}}' : right]
}

function traced(run: Run, template: CompiledTemplate, data: Value): Trace {
  try {
    runTemplate(run, template, data)
  } catch (error) {
    if (isStackOverflow(error)) failLimit(run, 'calls or values nested too deeply', error)
    throw error
  }
  return new TraceOfRun(run)
}

/** The text is only made if it is wanted: to put what was printed together takes a tenth of the time of printing it. */
class TraceOfRun implements Trace {
  readonly #run: Run
  #text: string | undefined

  constructor(run: Run) {
    this.#run = run
  }

  get path(): string {
    return this.#run.path
  }

  get holes(): readonly string[] {
    return this.#run.holes
  }

  get starts(): readonly number[] | undefined {
    return this.text === this.#run.output ? this.#run.starts : undefined
  }

  get text(): string {
    return (this.#text ??= textOf(this.#run))
  }
}

function textOf(run: Run): string {
  const text = normalize(run.output)
  const { outputBytes } = run.limits
  if (text.length * 3 <= outputBytes || byteLength(text) <= outputBytes) return text
  return failLimit(run, `output longer than ${outputBytes} bytes`)
}
