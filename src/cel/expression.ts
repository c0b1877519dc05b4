import type { Value } from './value.ts'

/** A parsed expression. Macros are calls, as they are written. */
export type Expression =
  | { readonly op: 'literal'; readonly value: Value }
  | { readonly op: 'name'; readonly name: string }
  /** `of.field`, `of.?field` */
  | { readonly op: 'select'; readonly of: Expression; readonly field: string; readonly isOptional: boolean }
  /** `of[index]`, `of[?index]` */
  | {
      readonly op: 'index'
      readonly of: Expression
      readonly index: Expression
      readonly isOptional: boolean
    }
  /** `name(args)`, or `of.name(args)` */
  | {
      readonly op: 'call'
      readonly of: Expression | undefined
      readonly name: string
      readonly args: readonly Expression[]
    }
  | { readonly op: 'list'; readonly items: readonly Item[] }
  | { readonly op: 'map'; readonly entries: readonly Entry[] }
  | { readonly op: 'unary'; readonly operator: '!' | '-'; readonly operand: Expression }
  | {
      readonly op: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly op: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'if'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }

/** `a`, `?a` */
export interface Item {
  readonly value: Expression
  readonly isOptional: boolean
}

export interface Entry extends Item {
  readonly key: Expression
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in'
