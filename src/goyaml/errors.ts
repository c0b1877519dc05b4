/** What is wrong with a document, in codes that callers and tests use. */
export type YamlErrorCode =
  | 'syntax' // the text is no YAML
  | 'character' // a control character, or bytes that are no UTF-8
  | 'anchor' // an alias without its anchor, or inside of it
  | 'too-large' // too deep, too many nodes, or too much of it by aliases
  | 'merge' // `<<` with something else than maps
  | 'tag' // a scalar that its tag does not fit
  | 'key' // a map key that JSON cannot say
  | 'number' // .inf or .nan where JSON wants a number

/** Where in the text, both counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * A document that Go would refuse; the message is Go's own: `yaml: line 3: mapping values are not allowed in this
 * context`. The line in it is go-yaml's, which for some faults is one too small and for the first line is left out;
 * `line` and `column` are the true ones, 0 where the fault has no place.
 */
export class YamlError extends Error {
  readonly code: YamlErrorCode
  readonly line: number
  readonly column: number

  constructor(code: YamlErrorCode, message: string, position?: Position) {
    super(message)
    this.name = 'YamlError'
    this.code = code
    this.line = position?.line ?? 0
    this.column = position?.column ?? 0
  }
}

/** The longest part of a line that {@link describe} shows. */
const shownWidth = 100

/**
 * The error with its source line and a caret under the fault:
 *
 *     yaml: line 2: mapping values are not allowed in this context
 *       2 | a: b: c
 *         |     ^
 */
export function describe(error: YamlError, source: string): string {
  const line = source.split(/\r\n|[\r\n]/, error.line)[error.line - 1]
  if (line === undefined) return error.message
  const number = String(error.line)
  const from = Math.max(0, error.column - shownWidth + 1)
  const shown = line.slice(from, from + shownWidth)
  const caret = shown.slice(0, error.column - 1 - from).replace(/[^\t]/g, ' ')
  return `${error.message}\n  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${caret}^`
}

/** The text that sigs.k8s.io/yaml's and ghodss/yaml's Unmarshal put before a reader's error. */
export function unmarshalMessage(error: YamlError): string {
  return `error converting YAML to JSON: ${error.message}`
}
