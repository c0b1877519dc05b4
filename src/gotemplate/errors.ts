import { byteLength, byteSlice } from '../golang/bytes.ts'

/**
 * Why a template failed: `parse` (its text is wrong), `execute` (it does not fit the data, or a function failed) or
 * `limit` (it wanted more than {@link Limits} allow).
 */
export type TemplateErrorCode = 'parse' | 'execute' | 'limit'

/** A place in a template's source. */
export interface Place {
  /** From 1; 0 if the error belongs to no line. */
  readonly line: number
  /** Bytes from the start of the line, from 0, as Go counts them. */
  readonly column: number
}

/** The one error of this package. The message is Go's: `template: inject:12:5: executing "inject" at <.X>: …`. */
export class TemplateError extends Error {
  readonly code: TemplateErrorCode
  /** The name that the template text was compiled under. */
  readonly template: string
  readonly line: number
  readonly column: number

  constructor(code: TemplateErrorCode, template: string, place: Place, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'TemplateError'
    this.code = code
    this.template = template
    this.line = place.line
    this.column = place.column
  }
}

/** Thrown by functions of this package that make too long a text; becomes a TemplateError of code `limit`. */
export class TextLimitError extends Error {
  override readonly name = 'TextLimitError'
}

/** The line and column of an offset in a source text. */
export function placeOf(source: string, offset: number): Place {
  const start = source.lastIndexOf('\n', offset - 1) + 1
  let line = 1
  for (let at = source.indexOf('\n'); at >= 0 && at < start; at = source.indexOf('\n', at + 1)) line++
  return { line, column: byteLength(source.slice(start, offset)) }
}

/** The widest source line that {@link describe} shows whole. */
const shownColumns = 160

/**
 * The message with the source line and a caret below it, for people at a terminal:
 *
 *     template: inject:2:3: executing "inject" at <.Spec.Nme>: can't evaluate field Nme in type v1.PodSpec
 *       2 | {{ .Spec.Nme }}
 *         |        ^
 */
export function describe(error: TemplateError, source: string): string {
  const text = source.split('\n')[error.line - 1]
  if (text === undefined) return error.message
  const caret = byteSlice(text, 0, Math.min(error.column, byteLength(text))).length
  const from = Math.max(0, caret - shownColumns / 2)
  const shown = text
    .slice(from, from + shownColumns)
    .replaceAll('\t', ' ')
    .replaceAll('\r', '')
  const number = String(error.line).padStart(3)
  return `${error.message}\n${number} | ${shown}\n${' '.repeat(number.length)} | ${' '.repeat(caret - from)}^`
}
