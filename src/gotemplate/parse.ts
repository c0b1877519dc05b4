/** The parser: tokens to trees, one for the text itself and one for each `define` and `block` in it. */
import { quote } from '../golang/quote.ts'
import { unquote } from '../golang/unquote.ts'
import { placeOf, TemplateError } from './errors.ts'
import { Lexer, type Token, type TokenType, tokenText } from './lex.ts'
import { nodeText } from './node-text.ts'
import type {
  ActionNode,
  BranchNode,
  CommandNode,
  ListNode,
  OperandNode,
  PipeNode,
  StatementNode,
  TemplateNode,
  Tree,
  VariableNode,
} from './nodes.ts'
import { readNumber } from './number.ts'
import { VariableStack } from './variable-stack.ts'

export interface ParseOptions {
  /** The name of the text, for messages and for its own tree. */
  readonly name: string
  readonly delimiters: readonly [left: string, right: string]
  readonly functionNames: { has(name: string): boolean }
  readonly parseDepth: number
}

/** Where a list ended. */
type ListEnd =
  { readonly type: 'end'; readonly pos: number } | { readonly type: 'else'; readonly pos: number }

/** What is known of the tree under construction. */
interface TreeState {
  /** Variables that are in scope. */
  readonly variables: VariableStack<true>
  rangeDepth: number
  /** The delimiter that opened the current action, for errors found lines later. */
  action: Token | undefined
}

/** Tokens that begin an operand. */
const operandTypes: ReadonlySet<TokenType> = new Set([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
])

/** Operands that no value can be piped into. */
const notExecutable: ReadonlySet<OperandNode['type']> = new Set(['bool', 'dot', 'nil', 'number', 'string'])

/** Go's white space, which is not JavaScript's: U+0085 is, U+FEFF is not. */
const blank = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/

/** The trees of a template text by name. Throws TemplateError of code `parse`, or `limit` if it nests too deeply. */
export function parse(source: string, options: ParseOptions): ReadonlyMap<string, Tree> {
  return new Parser(source, options).parse()
}

class Parser {
  readonly #source: string
  readonly #options: ParseOptions
  readonly #lexer: Lexer
  readonly #trees = new Map<string, Tree>()
  /** Tokens read ahead, the next one last. */
  readonly #ahead: Token[] = []
  /** The token read last, which errors are about. */
  #latest: Token = { type: 'eof', pos: 0, value: '' }
  #depth = 0
  #tree: TreeState

  constructor(source: string, options: ParseOptions) {
    this.#source = source
    this.#options = options
    this.#lexer = new Lexer(source, options)
    this.#tree = newTree()
  }

  parse(): ReadonlyMap<string, Tree> {
    const nodes: StatementNode[] = []
    const pos = this.#peek().pos
    while (this.#peek().type !== 'eof') {
      if (this.#skipDefinition()) continue
      const node = this.#textOrAction()
      if (node.type === 'end' || node.type === 'else') this.#fail(`unexpected {{${node.type}}}`)
      nodes.push(node)
    }
    this.#add(this.#options.name, { type: 'list', pos, nodes })
    return this.#trees
  }

  // Tokens.

  #next(): Token {
    const token = this.#ahead.pop()
    if (token !== undefined) return token
    this.#latest = this.#lexer.next()
    return this.#latest
  }

  #peek(): Token {
    const token = this.#next()
    this.#ahead.push(token)
    return token
  }

  #nextNonSpace(): Token {
    let token = this.#next()
    while (token.type === 'space') token = this.#next()
    return token
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace()
    this.#ahead.push(token)
    return token
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace()
    if (token.type !== type) this.#unexpected(token, context)
    return token
  }

  // Errors.

  #fail(message: string): never {
    const place = placeOf(this.#source, this.#latest.pos)
    const { name } = this.#options
    throw new TemplateError('parse', name, place, `template: ${name}:${place.line}: ${message}`)
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenText(token)} in ${context}`)
    const { action } = this.#tree
    const started = action === undefined ? 0 : placeOf(this.#source, action.pos).line
    if (started === 0 || started === placeOf(this.#source, token.pos).line) this.#fail(token.value)
    const word = token.value.endsWith(' action') ? '' : ' in action'
    this.#fail(`${token.value}${word} started at ${this.#options.name}:${started}`)
  }

  /** Runs the parsing of what nests, unless it nests too deeply. */
  #nested<T>(parse: () => T): T {
    if (this.#depth >= this.#options.parseDepth) {
      const place = placeOf(this.#source, this.#latest.pos)
      const { name, parseDepth } = this.#options
      const message = `template: ${name}:${place.line}: blocks or parentheses nested more than ${parseDepth} deep`
      throw new TemplateError('limit', name, place, message)
    }
    this.#depth++
    const result = parse()
    this.#depth--
    return result
  }

  // Trees.

  /** Reads a `define` if one comes next. */
  #skipDefinition(): boolean {
    if (this.#peek().type !== 'leftDelim') return false
    const delimiter = this.#next()
    const keyword = this.#nextNonSpace()
    if (keyword.type !== 'define') {
      this.#ahead.push(keyword, delimiter)
      return false
    }
    const context = 'define clause'
    const outer = this.#tree
    this.#tree = newTree()
    const name = this.#templateName(this.#nextNonSpace(), context)
    this.#expect('rightDelim', context)
    this.#body(name, context)
    this.#tree = outer
    return true
  }

  /** The list of a `define` or `block`, up to its end. */
  #body(name: string, context: string): void {
    const { list, end } = this.#nested(() => this.#list())
    if (end.type !== 'end') this.#fail(`unexpected {{${end.type}}} in ${context}`)
    this.#add(name, list)
  }

  /** Keeps a tree. Empty ones give way to others of the same name, since a file of definitions is empty itself. */
  #add(name: string, root: ListNode): void {
    const known = this.#trees.get(name)
    if (known === undefined || isEmpty(known.root)) this.#trees.set(name, { name, root })
    else if (!isEmpty(root)) this.#fail(`template: multiple definition of template ${quote(name)}`)
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context)
    return this.#unquote(token.value)
  }

  #unquote(literal: string): string {
    return unquote(literal) ?? this.#fail('invalid syntax')
  }

  // Statements.

  #list(): { list: ListNode; end: ListEnd } {
    const { pos } = this.#peekNonSpace()
    const nodes: StatementNode[] = []
    while (this.#peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction()
      if (node.type === 'end' || node.type === 'else') {
        return { list: { type: 'list', pos, nodes }, end: node }
      }
      nodes.push(node)
    }
    return this.#fail('unexpected EOF')
  }

  #textOrAction(): StatementNode | ListEnd {
    const token = this.#nextNonSpace()
    if (token.type === 'text') return { type: 'text', pos: token.pos, text: token.value }
    if (token.type !== 'leftDelim') this.#unexpected(token, 'input')
    this.#tree.action = token
    const node = this.#action()
    this.#tree.action = undefined
    return node
  }

  #action(): StatementNode | ListEnd {
    const token = this.#nextNonSpace()
    switch (token.type) {
      case 'block':
        return this.#block()
      case 'break':
      case 'continue':
        return this.#loopControl(token.type, token.pos)
      case 'else':
        return this.#else()
      case 'end':
        return { type: 'end', pos: this.#expect('rightDelim', 'end').pos }
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.type)
      case 'template':
        return this.#template()
      default:
        this.#ahead.push(token)
        return this.#output(token.pos)
    }
  }

  #output(pos: number): ActionNode {
    return { type: 'action', pos, pipe: this.#pipeline('command', 'rightDelim') }
  }

  #loopControl(type: 'break' | 'continue', pos: number): StatementNode {
    this.#expect('rightDelim', `{{${type}}}`)
    if (this.#tree.rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`)
    return { type, pos }
  }

  #else(): ListEnd {
    const next = this.#peekNonSpace()
    // {{else if}} is {{else}}{{if}}, of which the branch takes care.
    if (next.type === 'if' || next.type === 'with') return { type: 'else', pos: next.pos }
    return { type: 'else', pos: this.#expect('rightDelim', 'else').pos }
  }

  #branch(type: BranchNode['type']): BranchNode {
    return this.#tree.variables.inBlock(() => {
      const pipe = this.#pipeline(type, 'rightDelim')
      if (type === 'range') this.#tree.rangeDepth++
      const { list, end } = this.#nested(() => this.#list())
      if (type === 'range') this.#tree.rangeDepth--
      const otherwise = end.type === 'else' ? this.#nested(() => this.#otherwise(type, end.pos)) : undefined
      return { type, pos: pipe.pos, pipe, list, otherwise }
    })
  }

  #otherwise(type: BranchNode['type'], pos: number): ListNode {
    if (type !== 'range' && this.#peek().type === type) {
      this.#next()
      // The inner branch takes the {{end}} of both.
      return { type: 'list', pos, nodes: [this.#branch(type)] }
    }
    const { list, end } = this.#list()
    if (end.type !== 'end') this.#fail(`expected end; found {{${end.type}}}`)
    return list
  }

  #block(): TemplateNode {
    const context = 'block clause'
    const token = this.#nextNonSpace()
    const name = this.#templateName(token, context)
    const pipe = this.#pipeline(context, 'rightDelim')
    const outer = this.#tree
    this.#tree = newTree()
    this.#body(name, context)
    this.#tree = outer
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #template(): TemplateNode {
    const context = 'template clause'
    const token = this.#nextNonSpace()
    const name = this.#templateName(token, context)
    const next = this.#nextNonSpace()
    if (next.type === 'rightDelim') return { type: 'template', pos: token.pos, name, pipe: undefined }
    this.#ahead.push(next)
    return { type: 'template', pos: token.pos, name, pipe: this.#pipeline(context, 'rightDelim') }
  }

  // Pipelines.

  #pipeline(context: string, end: 'rightDelim' | 'rightParen'): PipeNode {
    const { pos } = this.#peekNonSpace()
    const { declarations, isAssign } = this.#declarations(context)
    const commands: CommandNode[] = []
    for (let token = this.#nextNonSpace(); token.type !== end; token = this.#nextNonSpace()) {
      if (!operandTypes.has(token.type)) this.#unexpected(token, context)
      this.#ahead.push(token)
      commands.push(this.#command())
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`)
    const stage = commands.findIndex(({ args }, i) => i > 0 && notExecutable.has(args[0].type))
    if (stage > 0) this.#fail(`non executable command in pipeline stage ${stage + 1}`)
    return { type: 'pipe', pos, isAssign, declarations, commands }
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
  #declarations(context: string): Pick<PipeNode, 'declarations' | 'isAssign'> {
    const declarations: VariableNode[] = []
    while (this.#peekNonSpace().type === 'variable') {
      const variable = this.#nextNonSpace()
      // In `$x foo` the variable is an argument: then it goes back, with the blank behind it.
      const behind = this.#peek()
      const next = this.#peekNonSpace()
      const isComma = next.type === 'char' && next.value === ','
      if (next.type !== 'assign' && next.type !== 'declare' && !isComma) {
        if (behind.type === 'space') this.#ahead.push(behind)
        this.#ahead.push(variable)
        break
      }
      this.#nextNonSpace()
      declarations.push(variableNode(variable.pos, variable.value))
      this.#tree.variables.push(variable.value, true)
      if (!isComma) return { declarations, isAssign: next.type === 'assign' }
      if (context !== 'range' || declarations.length > 1) this.#fail(`too many declarations in ${context}`)
      const { type } = this.#peekNonSpace()
      if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') {
        this.#fail('range can only initialize variables')
      }
    }
    return { declarations, isAssign: false }
  }

  /** Operands up to a pipe symbol, which is consumed, or the end of the pipeline, which is not. */
  #command(): CommandNode {
    const { pos } = this.#peekNonSpace()
    const args: OperandNode[] = []
    for (;;) {
      this.#peekNonSpace()
      const operand = this.#operand()
      if (operand !== undefined) args.push(operand)
      const token = this.#next()
      if (token.type === 'space') continue
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#ahead.push(token)
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand')
      break
    }
    const [first, ...rest] = args
    if (first === undefined) this.#fail('empty command')
    return { type: 'command', pos, args: [first, ...rest] }
  }

  /** A term and the fields behind it; undefined if no term comes next. */
  #operand(): OperandNode | undefined {
    const node = this.#term()
    const { type, pos } = node === undefined ? { type: 'eof', pos: 0 } : this.#peek()
    if (node === undefined || type !== 'field') return node
    const fields: string[] = []
    while (this.#peek().type === 'field') fields.push(this.#next().value.slice(1))
    switch (node.type) {
      case 'field':
        return { type: 'field', pos, fields: [...node.fields, ...fields] }
      case 'variable':
        return { type: 'variable', pos, name: node.name, fields: [...node.fields, ...fields] }
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quote(nodeText(node))}`)
      default:
        return { type: 'chain', pos, node, fields }
    }
  }

  #term(): OperandNode | undefined {
    const token = this.#nextNonSpace()
    const { type, pos, value } = token
    switch (type) {
      case 'identifier':
        if (!this.#options.functionNames.has(value)) this.#fail(`function ${quote(value)} not defined`)
        return { type, pos, name: value }
      case 'dot':
      case 'nil':
        return { type, pos }
      case 'variable':
        if (this.#tree.variables.find(value) === undefined) this.#fail(`undefined variable ${quote(value)}`)
        return variableNode(pos, value)
      case 'field':
        return { type, pos, fields: [value.slice(1)] }
      case 'bool':
        return { type, pos, value: value === 'true' }
      case 'charConstant':
      case 'complex':
      case 'number':
        return { type: 'number', pos, text: value, ...this.#number(value, type) }
      case 'leftParen':
        return this.#nested(() => this.#pipeline('parenthesized pipeline', 'rightParen'))
      case 'string':
      case 'rawString':
        return { type: 'string', pos, quoted: value, text: this.#unquote(value) }
      default:
        this.#ahead.push(token)
        return undefined
    }
  }

  #number(text: string, type: 'charConstant' | 'complex' | 'number'): ReturnType<typeof readNumber> {
    try {
      return readNumber(text, type)
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : String(error))
    }
  }
}

function newTree(): TreeState {
  const variables = new VariableStack<true>()
  variables.push('$', true)
  return { variables, rangeDepth: 0, action: undefined }
}

function variableNode(pos: number, name: string): VariableNode {
  return { type: 'variable', pos, name, fields: [] }
}

/** True if a list holds nothing but blanks. */
function isEmpty(list: ListNode): boolean {
  return list.nodes.every((node) => node.type === 'text' && blank.test(node.text))
}
