/**
 * The syntax tree of a template: plain data, so that tools can inspect it after compiling. Positions are offsets in
 * the source text (UTF-16 units).
 */

/** One named template: the text itself, a `define` or a `block`. */
export interface Tree {
  readonly name: string
  readonly root: ListNode
}

/** What stands between texts and inside blocks. */
export type StatementNode = TextNode | ActionNode | BranchNode | TemplateNode | BreakNode | ContinueNode

/** What stands in a command: its function or value, and the arguments. */
export type OperandNode =
  | BoolNode
  | ChainNode
  | DotNode
  | FieldNode
  | IdentifierNode
  | NilNode
  | NumberNode
  | PipeNode
  | StringNode
  | VariableNode

export type Node = ListNode | StatementNode | OperandNode | CommandNode

export interface ListNode {
  readonly type: 'list'
  readonly pos: number
  readonly nodes: readonly StatementNode[]
}

export interface TextNode {
  readonly type: 'text'
  readonly pos: number
  readonly text: string
}

/** `{{ pipeline }}` */
export interface ActionNode {
  readonly type: 'action'
  readonly pos: number
  readonly pipe: PipeNode
}

/** `{{ if pipeline }} list {{ else }} otherwise {{ end }}`; `else if` is an `if` alone in the other list. */
export interface BranchNode {
  readonly type: 'if' | 'with' | 'range'
  readonly pos: number
  readonly pipe: PipeNode
  readonly list: ListNode
  readonly otherwise: ListNode | undefined
}

/** `{{ template "name" pipeline }}`; also what a `block` leaves in its place. */
export interface TemplateNode {
  readonly type: 'template'
  readonly pos: number
  readonly name: string
  readonly pipe: PipeNode | undefined
}

export interface BreakNode {
  readonly type: 'break'
  readonly pos: number
}

export interface ContinueNode {
  readonly type: 'continue'
  readonly pos: number
}

/** `$x, $y := command | command` */
export interface PipeNode {
  readonly type: 'pipe'
  readonly pos: number
  /** `=` instead of `:=`. */
  readonly isAssign: boolean
  readonly declarations: readonly VariableNode[]
  readonly commands: readonly CommandNode[]
}

/** `function argument argument`; never empty. */
export interface CommandNode {
  readonly type: 'command'
  readonly pos: number
  readonly args: readonly [OperandNode, ...OperandNode[]]
}

/** A function's name. */
export interface IdentifierNode {
  readonly type: 'identifier'
  readonly pos: number
  readonly name: string
}

/** `$x.Field`: the name of the variable, `$` included, then the fields. */
export interface VariableNode {
  readonly type: 'variable'
  readonly pos: number
  readonly name: string
  readonly fields: readonly string[]
}

export interface DotNode {
  readonly type: 'dot'
  readonly pos: number
}

export interface NilNode {
  readonly type: 'nil'
  readonly pos: number
}

/** `.Field.Field` */
export interface FieldNode {
  readonly type: 'field'
  readonly pos: number
  readonly fields: readonly string[]
}

/** `(pipeline).Field.Field` */
export interface ChainNode {
  readonly type: 'chain'
  readonly pos: number
  readonly node: OperandNode
  readonly fields: readonly string[]
}

export interface BoolNode {
  readonly type: 'bool'
  readonly pos: number
  readonly value: boolean
}

/** A number under every type that can represent it, which stands for Go's ideal constants. */
export interface NumberNode extends NumberValues {
  readonly type: 'number'
  readonly pos: number
  /** As written. */
  readonly text: string
}

export interface NumberValues {
  readonly int: bigint | undefined
  readonly uint: bigint | undefined
  readonly float: number | undefined
  readonly complex: { readonly real: number; readonly imaginary: number } | undefined
}

export interface StringNode {
  readonly type: 'string'
  readonly pos: number
  /** As written, with its quotes. */
  readonly quoted: string
  readonly text: string
}
