/** Why a text cannot be taken for pods. */
export type InputErrorCode =
  | 'json-invalid' // a line is no JSON
  | 'json-too-deep' // a line is nested deeper than YAML may be
  | 'yaml-invalid' // a document is no YAML

export interface InputFault extends ErrorOptions {
  /** Where it came from: `pods.yaml, document 2`. */
  readonly place: string
  /** What is wrong, with the source line and a caret where there is one. */
  readonly detail: string
  /** Of the whole text, from 1; 0 where the fault has no place. */
  readonly line: number
  /** From 1; 0 where it is not known. */
  readonly column: number
}

/** A text that holds no documents to be read. The message names the place. */
export class InputError extends Error {
  readonly code: InputErrorCode
  readonly detail: string
  readonly line: number
  readonly column: number

  constructor(code: InputErrorCode, { place, detail, line, column, cause }: InputFault) {
    super(`${place}: ${detail}`, { cause })
    this.name = 'InputError'
    this.code = code
    this.detail = detail
    this.line = line
    this.column = column
  }
}
