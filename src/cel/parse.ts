import { CelNotKnown } from './errors.ts'
import type { BinaryOperator, Entry, Expression, Item } from './expression.ts'
import { numberOf, tokensOf, type Token } from './tokens.ts'

/** As deep as expressions may nest in the API server (cel-go's maxRecursionDepth). */
const deepest = 250

const relations: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const sums: ReadonlySet<string> = new Set(['+', '-'])
const products: ReadonlySet<string> = new Set(['*', '/', '%'])

/**
 * Reads an expression of CEL. The API server has accepted it, so that what is not understood, is not understood here:
 * throws CelNotKnown.
 */
export function parse(source: string): Expression {
  const tokens = tokensOf(source)
  let at = 0
  let depth = 0

  const peek = (ahead = 0): Token => tokens[at + ahead] ?? { kind: 'end' }
  const isSign = (text: string, ahead = 0): boolean => {
    const token = peek(ahead)
    return token.kind === 'sign' && token.text === text
  }
  const take = (text: string): boolean => {
    if (!isSign(text)) return false
    at++
    return true
  }
  const expect = (text: string): void => {
    if (!take(text)) throw unexpected(peek(), text)
  }

  function expression(): Expression {
    depth++
    if (depth > deepest) throw new CelNotKnown('it is nested too deep')
    const condition = or()
    const result: Expression = take('?') ? ifFrom(condition) : condition
    depth--
    return result
  }

  function ifFrom(condition: Expression): Expression {
    const yes = or()
    expect(':')
    return { op: 'if', condition, yes, no: expression() }
  }

  function or(): Expression {
    let left = and()
    while (take('||')) left = { op: 'or', left, right: and() }
    return left
  }

  function and(): Expression {
    let left = relation()
    while (take('&&')) left = { op: 'and', left, right: relation() }
    return left
  }

  function relation(): Expression {
    let left = sum()
    for (;;) {
      const operator = binary(relations)
      if (operator === undefined) return left
      left = { op: 'binary', operator, left, right: sum() }
    }
  }

  function sum(): Expression {
    let left = product()
    for (let operator = binary(sums); operator !== undefined; operator = binary(sums)) {
      left = { op: 'binary', operator, left, right: product() }
    }
    return left
  }

  function product(): Expression {
    let left = unary()
    for (let operator = binary(products); operator !== undefined; operator = binary(products)) {
      left = { op: 'binary', operator, left, right: unary() }
    }
    return left
  }

  /** The next token if it is one of these operators; `in` is a word. */
  function binary(operators: ReadonlySet<string>): BinaryOperator | undefined {
    const token = peek()
    const isIn = operators === relations && token.kind === 'name' && token.text === 'in'
    if (!isIn && (token.kind !== 'sign' || !operators.has(token.text))) return undefined
    at++
    return operatorOf(token)
  }

  /** Two of the same are none, as in cel-go. */
  function unary(): Expression {
    let count = 0
    const token = peek()
    if (token.kind !== 'sign' || (token.text !== '!' && token.text !== '-')) return member(primary(false))
    while (isSign(token.text) && !(token.text === '-' && peek(1).kind === 'number')) {
      at++
      count++
    }
    const isNumber = take('-')
    const operand = member(primary(isNumber))
    return count % 2 === 0 ? operand : { op: 'unary', operator: token.text, operand }
  }

  function member(first: Expression): Expression {
    let of = first
    for (;;) {
      if (take('.')) of = afterDot(of)
      else if (take('[')) {
        const isOptional = take('?')
        const index = expression()
        expect(']')
        of = { op: 'index', of, index, isOptional }
      } else return of
    }
  }

  function afterDot(of: Expression): Expression {
    const isOptional = take('?')
    const token = peek()
    if (token.kind !== 'name' && token.kind !== 'quoted') throw unexpected(token, 'a name')
    at++
    if (!isOptional && token.kind === 'name' && take('('))
      return { op: 'call', of, name: token.text, args: list(')') }
    return { op: 'select', of, field: token.text, isOptional }
  }

  function primary(isNegative: boolean): Expression {
    const token = peek()
    if (token.kind === 'number') {
      at++
      return { op: 'literal', value: numberOf(token, isNegative) }
    }
    if (token.kind === 'text') {
      at++
      return { op: 'literal', value: token.value }
    }
    if (take('(')) {
      const inner = expression()
      expect(')')
      return inner
    }
    if (take('[')) return { op: 'list', items: items() }
    if (take('{')) return { op: 'map', entries: entries() }
    take('.')
    return named()
  }

  function named(): Expression {
    const token = peek()
    if (token.kind !== 'name') throw unexpected(token, 'a value')
    at++
    if (take('(')) return { op: 'call', of: undefined, name: token.text, args: list(')') }
    if (token.text === 'true' || token.text === 'false')
      return { op: 'literal', value: token.text === 'true' }
    return token.text === 'null' ? { op: 'literal', value: null } : { op: 'name', name: token.text }
  }

  function list(end: string): Expression[] {
    const found: Expression[] = []
    while (!take(end)) {
      found.push(expression())
      if (!isSign(end)) expect(',')
    }
    return found
  }

  function items(): Item[] {
    const found: Item[] = []
    while (!take(']')) {
      const isOptional = take('?')
      found.push({ value: expression(), isOptional })
      if (!isSign(']')) expect(',')
    }
    return found
  }

  function entries(): Entry[] {
    const found: Entry[] = []
    while (!take('}')) {
      const isOptional = take('?')
      const key = expression()
      expect(':')
      found.push({ key, value: expression(), isOptional })
      if (!isSign('}')) expect(',')
    }
    return found
  }

  const whole = expression()
  if (peek().kind !== 'end') throw unexpected(peek(), 'its end')
  return whole
}

const operators: ReadonlyMap<string, BinaryOperator> = new Map(
  (['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', 'in'] as const).map((text) => [text, text]),
)

function operatorOf(token: Token): BinaryOperator | undefined {
  return token.kind === 'sign' || token.kind === 'name' ? operators.get(token.text) : undefined
}

function unexpected(token: Token, wanted: string): CelNotKnown {
  const found = token.kind === 'end' ? 'it ends' : `there is ${JSON.stringify(textOf(token))}`
  return new CelNotKnown(`${found} where ${wanted} was expected`)
}

function textOf(token: Exclude<Token, { kind: 'end' }>): string {
  if (token.kind === 'number') return String(token.value)
  return token.kind === 'text' ? 'a text' : token.text
}
