/** An expression fails, as it does in the API server: a key that is not there, an overload that does not exist. */
export class CelFailure extends Error {
  override readonly name = 'CelFailure'
  readonly code = 'cel-failed'
}

/** What an expression says cannot be told here. The API server can. */
export class CelNotKnown extends Error {
  override readonly name = 'CelNotKnown'
  readonly code = 'cel-not-known'
}

/** What cel-go says where nothing fits the types of the operands. */
export function noOverload(what: string): CelFailure {
  return new CelFailure(`no such overload: ${what}`)
}
