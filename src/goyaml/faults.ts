import { YamlError } from './errors.ts'
import type { Position, YamlErrorCode } from './errors.ts'
import type { Token } from './tokens.ts'

/** A fault of grammar at a token. go-yaml counts its lines from 0 here, and says none for the first. */
export function grammarFault(token: Token, problem: string): YamlError {
  const where = token.line === 0 ? '' : `line ${token.line}: `
  return faultAt(token, 'syntax', `yaml: ${where}${problem}`)
}

/** A fault at a token in whatever words. */
export function faultAt(token: Token, code: YamlErrorCode, message: string): YamlError {
  return new YamlError(code, message, positionOf(token))
}

function positionOf(token: Token): Position {
  return { line: token.line + 1, column: token.column + 1 }
}
