import { char, isBreak, isGap, isWordCharacter } from './characters.ts'
import { Cursor } from './cursor.ts'
import { scanBlockScalar } from './scan-block-scalar.ts'
import { scanDirective, scanTag } from './scan-directive.ts'
import { scanPlain, scanQuoted } from './scan-flow-scalar.ts'
import type { ScalarStyle, SimpleKey, Token, TokenType } from './tokens.ts'

/** How far on the `:` of a key may be, counted from the key's first character (YAML 1.2, 7.4.2). */
const longestKey = 1024

/** Characters after which an anchor or alias has ended. */
const anchorEnds: ReadonlySet<string> = new Set('?:,]}%@`')

/** A key puts at most two tokens in front of it: that it is one, and that its mapping begins. */
const roomForKey = 2

/**
 * Turns YAML 1.1 text into tokens, one at a time, as libyaml and so go-yaml v2 does: it accepts what they accept
 * and finds their faults at their lines. It is more lenient than YAML 1.2: a `}` may stand at the column of its
 * parent's key, as in the annotations of Istio's own templates.
 *
 * Indentation becomes tokens: a deeper column opens a collection, a lesser one ends it. A key is known only by the
 * `:` behind it, so a token that may be a key is held back until that is clear, and `key` is put before it then.
 */
export class Scanner {
  readonly #cursor: Cursor
  /** Tokens between head and tail are waiting; before the head is room for those that keys put in front. */
  readonly #queue: Token[] = []
  #head = roomForKey
  #tail = roomForKey
  /** Tokens taken so far. */
  #taken = 0
  /** Column of the innermost block collection; -1 outside of all. */
  #indent = -1
  readonly #indents: number[] = []
  /** What may be a key here; outside of each open bracket there is another one. */
  #key: SimpleKey
  readonly #outerKeys: SimpleKey[] = []
  #keyAllowed = true

  constructor(text: string) {
    this.#cursor = new Cursor(text)
    this.#key = this.#newKey(false)
  }

  /** The next token. Throws YamlError. */
  peek(): Token {
    for (;;) {
      const token = this.#head < this.#tail ? this.#queue[this.#head] : undefined
      if (token !== undefined && (token.key === undefined || !token.key.held || !this.#mayBeKey(token.key)))
        return token
      this.#fetch()
    }
  }

  /** Goes over the token that {@link peek} gave. */
  skip(): void {
    this.#taken++
    if (++this.#head === this.#tail) this.#head = this.#tail = roomForKey
  }

  get #inFlow(): boolean {
    return this.#outerKeys.length > 0
  }

  /** Reads one token, and the ends of collections before it. */
  #fetch(): void {
    const cursor = this.#cursor
    this.#skipToToken()
    this.#endBlocks(cursor.column)
    const code = cursor.code()
    if (code === char.end) return this.#fetchEnd()
    if (cursor.at === cursor.lineStart) {
      if (code === char.percent) return this.#fetchDirective()
      if (cursor.isDocumentMarker()) {
        return this.#fetchDocumentMarker(code === char.minus ? 'document-start' : 'document-end')
      }
    }
    switch (code) {
      case char.openBracket:
        return this.#fetchFlowStart('flow-sequence')
      case char.openBrace:
        return this.#fetchFlowStart('flow-mapping')
      case char.closeBracket:
        return this.#fetchFlowEnd('flow-sequence-end')
      case char.closeBrace:
        return this.#fetchFlowEnd('flow-mapping-end')
      case char.comma:
        return this.#fetchFlowEntry()
      case char.minus:
        return isGap(cursor.code(1)) ? this.#fetchEntry() : this.#fetchPlain()
      case char.question:
        return this.#isIndicator() ? this.#fetchKey() : this.#fetchPlain()
      case char.colon:
        return this.#isIndicator() ? this.#fetchValue() : this.#fetchPlain()
      case char.asterisk:
        return this.#fetchAnchor('alias')
      case char.ampersand:
        return this.#fetchAnchor('anchor')
      case char.exclamation:
        return this.#fetchTag()
      case char.singleQuote:
      case char.doubleQuote:
        return this.#fetchQuoted()
      case char.bar:
      case char.greater:
        if (!this.#inFlow) return this.#fetchBlockScalar()
        break
      case char.percent:
      case char.at:
      case char.backquote:
      case char.tab:
        break
      default:
        return this.#fetchPlain()
    }
    throw cursor.fault('found character that cannot start any token')
  }

  /** Goes over blanks, comments and breaks. A tab may not stand where a key could: it would be indentation. */
  #skipToToken(): void {
    const cursor = this.#cursor
    for (;;) {
      let code = cursor.code()
      while (code === char.space || (code === char.tab && (this.#inFlow || !this.#keyAllowed))) {
        cursor.at++
        code = cursor.code()
      }
      if (code === char.hash) cursor.skipComment()
      if (!isBreak(cursor.code())) return
      cursor.takeBreak()
      if (!this.#inFlow) this.#keyAllowed = true
    }
  }

  /** In brackets `?` and `:` are indicators wherever a token starts. */
  #isIndicator(): boolean {
    return this.#inFlow || isGap(this.#cursor.code(1))
  }

  #fetchEnd(): void {
    const cursor = this.#cursor
    if (cursor.column !== 0) {
      cursor.line++
      cursor.lineStart = cursor.at
    }
    this.#endBlocks(-1)
    this.#dropKey()
    this.#keyAllowed = false
    this.#push('stream-end')
  }

  #fetchDirective(): void {
    this.#endBlocks(-1)
    this.#dropKey()
    this.#keyAllowed = false
    const { line, column } = this.#cursor
    const directive = scanDirective(this.#cursor)
    if (directive.type === 'version') this.#pushText('version', line, column, directive.version)
    else this.#pushText('tag-handle', line, column, directive.prefix, directive.handle)
  }

  #fetchDocumentMarker(type: TokenType): void {
    this.#endBlocks(-1)
    this.#dropKey()
    this.#keyAllowed = false
    this.#push(type)
    this.#cursor.at += 3
  }

  #fetchFlowStart(type: TokenType): void {
    const key = this.#saveKey()
    this.#outerKeys.push(this.#key)
    this.#key = this.#newKey(false)
    this.#keyAllowed = true
    this.#push(type, key)
    this.#cursor.at++
  }

  #fetchFlowEnd(type: TokenType): void {
    this.#dropKey()
    this.#leaveFlow()
    this.#keyAllowed = false
    this.#push(type)
    this.#cursor.at++
  }

  #leaveFlow(): void {
    const outer = this.#outerKeys.pop()
    if (outer === undefined) return
    // A quirk of libyaml: brackets in which no key could start are let go, and `[]: a` is the sequence alone.
    if (outer.number === this.#key.number) outer.held = false
    this.#key = outer
  }

  #fetchFlowEntry(): void {
    this.#dropKey()
    this.#keyAllowed = true
    this.#push('flow-entry')
    this.#cursor.at++
  }

  #fetchEntry(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed)
        throw this.#cursor.fault('block sequence entries are not allowed in this context')
      this.#startBlock('block-sequence')
    }
    this.#dropKey()
    this.#keyAllowed = true
    this.#push('entry')
    this.#cursor.at++
  }

  #fetchKey(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#cursor.fault('mapping keys are not allowed in this context')
      this.#startBlock('block-mapping')
    }
    this.#dropKey()
    this.#keyAllowed = !this.#inFlow
    this.#push('key')
    this.#cursor.at++
  }

  #fetchValue(): void {
    if (this.#mayBeKey(this.#key)) {
      this.#insertKey(this.#key)
    } else if (this.#inFlow) {
      this.#keyAllowed = false
    } else {
      if (!this.#keyAllowed) throw this.#cursor.fault('mapping values are not allowed in this context')
      this.#startBlock('block-mapping')
    }
    this.#push('value')
    this.#cursor.at++
  }

  /** The held back token is a key: says so before it, and opens its mapping if it is the first. */
  #insertKey(key: SimpleKey): void {
    const { line, column } = key
    this.#insert(key, token('key', line, column))
    if (!this.#inFlow && this.#indent < column) {
      this.#indents.push(this.#indent)
      this.#indent = column
      this.#insert(key, token('block-mapping', line, column))
    }
    key.possible = false
    this.#keyAllowed = false
  }

  /** Puts a token before the one that is a key; behind all if that one is gone already. */
  #insert(key: SimpleKey, token: Token): void {
    const index = key.number < this.#taken ? this.#tail : this.#head + key.number - this.#taken
    if (index === this.#head && index > 0) {
      this.#queue[--this.#head] = token
      return
    }
    this.#queue[this.#tail] = token
    this.#queue.copyWithin(index + 1, index, this.#tail++)
    this.#queue[index] = token
  }

  #fetchAnchor(type: 'anchor' | 'alias'): void {
    const cursor = this.#cursor
    const key = this.#saveKey()
    this.#keyAllowed = false
    const { line, column } = cursor
    const start = ++cursor.at
    while (isWordCharacter(cursor.code())) cursor.at++
    if (cursor.at === start || !(isGap(cursor.code()) || anchorEnds.has(cursor.text.charAt(cursor.at)))) {
      throw cursor.fault('did not find expected alphabetic or numeric character')
    }
    this.#pushText(type, line, column, cursor.text.slice(start, cursor.at), '', undefined, key)
  }

  #fetchTag(): void {
    const key = this.#saveKey()
    this.#keyAllowed = false
    const { line, column } = this.#cursor
    const { handle, suffix } = scanTag(this.#cursor)
    this.#pushText('tag', line, column, suffix, handle, undefined, key)
  }

  #fetchBlockScalar(): void {
    this.#dropKey()
    this.#keyAllowed = true
    const { line, column } = this.#cursor
    const style = this.#cursor.code() === char.greater ? 'folded' : 'literal'
    this.#pushText('scalar', line, column, scanBlockScalar(this.#cursor, this.#indent), '', style)
  }

  #fetchQuoted(): void {
    const key = this.#saveKey()
    this.#keyAllowed = false
    const { line, column } = this.#cursor
    const style = this.#cursor.code() === char.singleQuote ? 'single-quoted' : 'double-quoted'
    this.#pushText('scalar', line, column, scanQuoted(this.#cursor), '', style, key)
  }

  #fetchPlain(): void {
    const cursor = this.#cursor
    const key = this.#saveKey()
    const { line, column } = cursor
    const text = scanPlain(cursor, this.#indent + 1, this.#inFlow)
    this.#keyAllowed = cursor.isFirstOnLine()
    this.#pushText('scalar', line, column, text, '', 'plain', key)
  }

  /** Remembers that a key may start here; the token that starts here carries it. */
  #saveKey(): SimpleKey | undefined {
    if (!this.#keyAllowed) return undefined
    this.#dropKey()
    this.#key = this.#newKey(true)
    return this.#key
  }

  #newKey(possible: boolean): SimpleKey {
    const { at, line, column } = this.#cursor
    const required = possible && !this.#inFlow && this.#indent === column
    const number = this.#taken + this.#tail - this.#head
    return { possible, held: possible, required, number, at, line, column }
  }

  /** What might have been a key is none. */
  #dropKey(): void {
    if (!this.#key.possible) return
    if (this.#key.required) throw this.#cursor.fault("could not find expected ':'")
    this.#key.possible = false
  }

  /** Can the `:` of that key still come? */
  #mayBeKey(key: SimpleKey): boolean {
    if (!key.possible) return false
    const { line, at } = this.#cursor
    if (key.line === line && key.at + longestKey >= at) return true
    if (key.required) throw this.#cursor.fault("could not find expected ':'")
    key.possible = false
    return false
  }

  /** Opens a block collection here if this column is deeper than the last. */
  #startBlock(type: TokenType): void {
    const { column } = this.#cursor
    if (this.#indent >= column) return
    this.#indents.push(this.#indent)
    this.#indent = column
    this.#push(type)
  }

  /** Ends the block collections that are deeper than this column. */
  #endBlocks(column: number): void {
    if (this.#inFlow) return
    while (this.#indent > column) {
      this.#push('block-end')
      this.#indent = this.#indents.pop() ?? -1
    }
  }

  /** Adds a token that starts here. */
  #push(type: TokenType, key?: SimpleKey): void {
    const { line, column } = this.#cursor
    this.#pushText(type, line, column, '', '', undefined, key)
  }

  #pushText(
    type: TokenType,
    line: number,
    column: number,
    value: string,
    handle = '',
    style?: ScalarStyle,
    key?: SimpleKey,
  ): void {
    this.#queue[this.#tail++] = { type, line, column, value, handle, style, key }
  }
}

function token(type: TokenType, line: number, column: number): Token {
  return { type, line, column, value: '', handle: '', style: undefined, key: undefined }
}
