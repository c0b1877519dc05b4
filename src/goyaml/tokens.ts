export type TokenType =
  | 'stream-end'
  | 'version' // %YAML; value is `1.1`
  | 'tag-handle' // %TAG; handle and, as value, the prefix that it stands for
  | 'document-start' // ---
  | 'document-end' // ...
  | 'block-sequence' // a deeper column opens a sequence
  | 'block-mapping' // or a mapping
  | 'block-end' // and a lesser one ends it
  | 'entry' // - in block context
  | 'key' // ? or the place before a simple key
  | 'value' // :
  | 'flow-sequence' // [
  | 'flow-sequence-end' // ]
  | 'flow-mapping' // {
  | 'flow-mapping-end' // }
  | 'flow-entry' // ,
  | 'alias' // *name
  | 'anchor' // &name
  | 'tag' // !handle!suffix; handle is '' for `!` and `!<…>`
  | 'scalar'

/** How a scalar is written: only plain ones, without quotes or a block header, may be numbers, booleans, null. */
export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded'

export interface Token {
  readonly type: TokenType
  /** Line and column of its first character, from 0. */
  readonly line: number
  readonly column: number
  readonly value: string
  readonly handle: string
  /** How a scalar is written; undefined for other tokens. */
  readonly style: ScalarStyle | undefined
  /** Set while a `:` further on could make this token a key. */
  readonly key: SimpleKey | undefined
}

/** A token that may turn out to be a key: one on a single line, with its `:` not more than 1024 characters on. */
export interface SimpleKey {
  possible: boolean
  /** Whether the token is kept back until the key is known or impossible. */
  held: boolean
  /** At the column of the block mapping it can be nothing else. */
  readonly required: boolean
  /** The token's number in the stream. */
  readonly number: number
  readonly at: number
  readonly line: number
  readonly column: number
}
