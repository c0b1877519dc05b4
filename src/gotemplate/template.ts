/** The public face of the engine: a text is compiled once and executed as often as need be. */
import { byteLength, normalize } from '../golang/bytes.ts'
import { quote } from '../golang/quote.ts'
import { builtins } from './builtins.ts'
import { type CompiledTemplate, compileTrees, runTemplate } from './compile.ts'
import { TemplateError } from './errors.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { Tree } from './nodes.ts'
import { parse } from './parse.ts'
import { failLimit, isStackOverflow, type MissingKey, type Run, type Source } from './run.ts'
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
  const templates = compileTrees(trees, functions)
  const source: Source = { name, text }
  const tree = trees.get(name) ?? { name, root: { type: 'list', pos: 0, nodes: [] } }
  const executeNamed = (wanted: string, data: Value): string => {
    const template = templates.get(wanted)
    // Data that are nil are no value at all.
    if (template !== undefined) return execute(template, data ?? undefined, { source, limits, missingKey })
    const message = `template: no template ${quote(wanted)} associated with template ${quote(name)}`
    throw new TemplateError('execute', name, { line: 0, column: 0 }, message)
  }
  return {
    name,
    tree,
    lookup: (wanted) => trees.get(wanted),
    names: () => [...trees.keys()].sort(),
    execute: (data) => executeNamed(name, data),
    executeNamed,
  }
}

/** An empty delimiter is the usual one, as in Go. */
function withDefaults([left, right]: readonly [string, string] = ['', '']): readonly [string, string] {
  return [left === '' ? '{{' : left, right === '' ? '}}' : right]
}

function execute(
  template: CompiledTemplate,
  data: Value,
  options: Pick<Run, 'source' | 'limits' | 'missingKey'>,
): string {
  const { name, root } = template.tree
  const run: Run = { output: '', node: root, template: name, steps: 0, depth: 0, ...options }
  try {
    runTemplate(run, template, data)
  } catch (error) {
    if (isStackOverflow(error)) failLimit(run, 'calls or values nested too deeply', error)
    throw error
  }
  const output = normalize(run.output)
  const { outputBytes } = run.limits
  if (output.length * 3 <= outputBytes || byteLength(output) <= outputBytes) return output
  return failLimit(run, `output longer than ${outputBytes} bytes`)
}
