/** What went wrong between plain JSON and a Go type. */
export type SchemaErrorCode =
  /** A value has the wrong type or form: encoding/json's or the type's own error. */
  | 'SCHEMA_DECODE'
  /** A text in protobuf's JSON form cannot be read into its message. */
  | 'SCHEMA_MESSAGE'
  /** A strategic merge patch cannot be applied. */
  | 'SCHEMA_PATCH'

/** An error whose message is the text that the Go library gives. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  readonly code: SchemaErrorCode

  constructor(code: SchemaErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** `json: cannot unmarshal …`, and what UnmarshalJSON methods of Kubernetes' types say. */
export function decodeError(message: string): SchemaError {
  return new SchemaError('SCHEMA_DECODE', message)
}

/** What jsonpb says. */
export function messageError(message: string): SchemaError {
  return new SchemaError('SCHEMA_MESSAGE', message)
}

/** What package strategicpatch says. */
export function patchError(message: string): SchemaError {
  return new SchemaError('SCHEMA_PATCH', message)
}
