import { Budget } from './budget.ts'
import type { Extent, ReadLimits } from './budget.ts'
import { readDocumentStart, standardTagHandles } from './document-start.ts'
import { YamlError } from './errors.ts'
import { faultAt, grammarFault } from './faults.ts'
import { keyText } from './keys.ts'
import { isMergeKey, merge } from './merge.ts'
import { setMember, type Json } from '../golang/json-value.ts'
import { clone } from './nodes.ts'
import type { Node, NodeMap } from './nodes.ts'
import { resolvePlain, resolveTagged, unsupportedNumber, YamlNumber } from './resolve.ts'
import type { Scalar, ScalarRules } from './resolve.ts'
import { Scanner } from './scanner.ts'
import type { ScalarStyle, Token, TokenType } from './tokens.ts'

export interface ComposeOptions extends ScalarRules {
  readonly limits?: ReadLimits | undefined
  /** Leave numbers as {@link YamlNumber}. */
  readonly keepNumbers: boolean
  readonly onScalar?: ScalarListener | undefined
}

/** Told of every scalar: its text, how it is written (undefined for one with a tag), and whether it is in a key. */
export type ScalarListener = (text: string, style: ScalarStyle | undefined, isKey: boolean) => void

/** A node with a name, for aliases. Incomplete until it is read: an alias inside of it is an error. */
interface Anchor {
  node?: Node
  extent?: Extent
}

/** What may stand before a node: `!tag &anchor`. */
interface Properties {
  /** Empty if there is none. */
  readonly tag: string
  readonly anchor: Anchor | undefined
}

const noProperties: Properties = { tag: '', anchor: undefined }

/** `<<`, whose value is put into the map itself. */
const mergeKey = Symbol('<<')

type Key = string | typeof mergeKey | undefined

const documentTokens: ReadonlySet<TokenType> = new Set([
  'version',
  'tag-handle',
  'document-start',
  'document-end',
  'stream-end',
])
const entryEnds: ReadonlySet<TokenType> = new Set(['entry', 'block-end'])
const indentlessEntryEnds: ReadonlySet<TokenType> = new Set(['entry', 'key', 'value', 'block-end'])
const blockPairEnds: ReadonlySet<TokenType> = new Set(['key', 'value', 'block-end'])
const flowKeyEnds: ReadonlySet<TokenType> = new Set(['value', 'flow-entry', 'flow-mapping-end'])
const flowValueEnds: ReadonlySet<TokenType> = new Set(['flow-entry', 'flow-mapping-end'])
const flowPairKeyEnds: ReadonlySet<TokenType> = new Set(['value', 'flow-entry', 'flow-sequence-end'])
const flowPairValueEnds: ReadonlySet<TokenType> = new Set(['flow-entry', 'flow-sequence-end'])

/**
 * Reads the first document of a text; null if there is none. What follows is looked at no further than the next
 * token, as by go-yaml. Throws YamlError.
 */
export function compose(text: string, options: ComposeOptions & { keepNumbers: false }): Json
export function compose(text: string, options: ComposeOptions): Node
export function compose(text: string, options: ComposeOptions): Json | Node {
  return new Composer(text, options).document()
}

/**
 * The grammar of YAML 1.1 over the scanner's tokens; makes values at once, without a tree of nodes. Faults of
 * content (tags, keys, merges) are kept until the document is known to be well-formed: Go finds those last.
 */
class Composer {
  readonly #scanner: Scanner
  readonly #rules: ScalarRules
  readonly #budget: Budget
  readonly #anchors = new Map<string, Anchor>()
  #tagHandles = standardTagHandles
  #keepNumbers: boolean
  #inKey = false
  readonly #onScalar: ScalarListener | undefined
  /** What go-yaml finds when it decodes, and after that what encoding/json finds. */
  #contentFault: YamlError | undefined
  #jsonFault: YamlError | undefined

  constructor(text: string, options: ComposeOptions) {
    this.#scanner = new Scanner(text)
    this.#rules = options
    this.#keepNumbers = options.keepNumbers
    this.#budget = new Budget(options.limits)
    this.#onScalar = options.onScalar
  }

  document(): Node {
    const { type } = this.#scanner.peek()
    if (type === 'stream-end') return null
    const isExplicit = type !== 'document-end' && documentTokens.has(type)
    if (isExplicit) this.#tagHandles = readDocumentStart(this.#scanner)
    const isEmpty = isExplicit && documentTokens.has(this.#scanner.peek().type)
    const node = isEmpty ? null : this.#node(true, false)
    this.#scanner.peek()
    const fault = this.#contentFault ?? this.#jsonFault
    if (fault !== undefined) throw fault
    return node
  }

  /** Goes over a token and returns the one after it. */
  #next(): Token {
    this.#scanner.skip()
    return this.#scanner.peek()
  }

  /**
   * A node. `block` allows block collections, `indentless` also a sequence at the column of its key:
   *
   *     key:
   *     - item
   */
  #node(block: boolean, indentless: boolean): Node {
    const token = this.#scanner.peek()
    this.#budget.count()
    if (token.type === 'scalar') {
      this.#scanner.skip()
      return this.#unwrap(this.#resolve(token, '', false))
    }
    if (token.type === 'alias') {
      this.#scanner.skip()
      return this.#alias(token)
    }
    const isDescribed = token.type === 'anchor' || token.type === 'tag'
    return this.#nodeWith(isDescribed ? this.#properties() : noProperties, block, indentless)
  }

  #properties(): Properties {
    let token = this.#scanner.peek()
    let anchor: Anchor | undefined
    let tag = ''
    if (token.type === 'anchor') {
      anchor = this.#newAnchor(token)
      token = this.#next()
    }
    if (token.type === 'tag') {
      tag = this.#tag(token)
      token = this.#next()
      if (token.type === 'anchor' && anchor === undefined) {
        anchor = this.#newAnchor(token)
        this.#scanner.skip()
      }
    }
    return { tag, anchor }
  }

  #newAnchor(token: Token): Anchor {
    const anchor: Anchor = {}
    this.#anchors.set(token.value, anchor)
    return anchor
  }

  #tag(token: Token): string {
    if (token.handle === '') return token.value
    const prefix = this.#tagHandles.get(token.handle)
    if (prefix === undefined) throw grammarFault(token, 'found undefined tag handle')
    return prefix + token.value
  }

  /** The node after its properties. */
  #nodeWith(properties: Properties, block: boolean, indentless: boolean): Node {
    const { anchor } = properties
    if (anchor === undefined) return this.#unwrap(this.#content(properties, block, indentless))
    const mark = this.#budget.mark()
    const node = this.#content(properties, block, indentless)
    anchor.node = node
    anchor.extent = this.#budget.measure(mark)
    return this.#unwrap(node)
  }

  /** A collection, or a scalar whose number is kept as it was written. */
  #content({ tag, anchor }: Properties, block: boolean, indentless: boolean): Node {
    const token = this.#scanner.peek()
    switch (token.type) {
      case 'scalar':
        this.#scanner.skip()
        return this.#resolve(token, tag, this.#inKey)
      case 'flow-sequence':
        return this.#flowSequence(token)
      case 'flow-mapping':
        return this.#flowMapping(token)
      case 'block-sequence':
        if (block) return this.#blockSequence(token)
        break
      case 'block-mapping':
        if (block) return this.#blockMapping(token)
        break
      case 'entry':
        if (indentless) return this.#indentlessSequence(token)
        break
      default:
    }
    if (tag !== '') return this.#tagged(tag, '')
    if (anchor === undefined) throw grammarFault(token, 'did not find expected node content')
    return null
  }

  #resolve(token: Token, tag: string, isKey: boolean): Scalar {
    this.#onScalar?.(token.value, tag === '' ? token.style : undefined, isKey)
    if (tag !== '') return this.#tagged(tag, token.value)
    return token.style === 'plain' ? resolvePlain(token.value, this.#rules) : token.value
  }

  #tagged(tag: string, text: string): Scalar {
    try {
      return resolveTagged(tag, text, this.#rules)
    } catch (error) {
      if (!(error instanceof YamlError)) throw error
      this.#contentFault ??= error
      return null
    }
  }

  /** The number itself, unless it is wanted as it was written. */
  #unwrap(node: Node): Node {
    if (this.#keepNumbers || !(node instanceof YamlNumber)) return node
    if (!Number.isFinite(node.value)) this.#jsonFault ??= unsupportedNumber(node)
    return node.value
  }

  #alias(token: Token): Node {
    const anchor = this.#anchors.get(token.value)
    if (anchor === undefined)
      throw faultAt(token, 'anchor', `yaml: unknown anchor '${token.value}' referenced`)
    if (anchor.node === undefined || anchor.extent === undefined) {
      this.#contentFault ??= faultAt(token, 'anchor', `yaml: anchor '${token.value}' value contains itself`)
      return null
    }
    this.#budget.repeat(token, anchor.extent)
    return this.#unwrap(clone(anchor.node))
  }

  #blockSequence(start: Token): Node[] {
    this.#budget.enter(start)
    const items: Node[] = []
    let token = this.#next()
    while (token.type === 'entry') {
      token = this.#next()
      items.push(entryEnds.has(token.type) ? this.#empty() : this.#node(true, false))
      token = this.#scanner.peek()
    }
    if (token.type !== 'block-end') throw grammarFault(token, "did not find expected '-' indicator")
    this.#scanner.skip()
    this.#budget.leave()
    return items
  }

  #indentlessSequence(start: Token): Node[] {
    this.#budget.enter(start)
    const items: Node[] = []
    while (this.#scanner.peek().type === 'entry') {
      const token = this.#next()
      items.push(indentlessEntryEnds.has(token.type) ? this.#empty() : this.#node(true, false))
    }
    this.#budget.leave()
    return items
  }

  #blockMapping(start: Token): NodeMap {
    this.#budget.enter(start)
    const map: NodeMap = {}
    let token = this.#next()
    while (token.type === 'key') {
      token = this.#next()
      const key = this.#key(blockPairEnds.has(token.type), true)
      this.#pairValue(map, key, blockPairEnds, true)
      token = this.#scanner.peek()
    }
    if (token.type !== 'block-end') throw grammarFault(token, 'did not find expected key')
    this.#scanner.skip()
    this.#budget.leave()
    return map
  }

  #flowSequence(start: Token): Node[] {
    this.#budget.enter(start)
    const items: Node[] = []
    let token = this.#next()
    while (token.type !== 'flow-sequence-end') {
      items.push(token.type === 'key' ? this.#flowPair(token) : this.#node(false, false))
      token = this.#scanner.peek()
      if (token.type === 'flow-entry') token = this.#next()
      else if (token.type !== 'flow-sequence-end')
        throw grammarFault(token, "did not find expected ',' or ']'")
    }
    this.#scanner.skip()
    this.#budget.leave()
    return items
  }

  /** `[? key : value]` and `[key: value]`: a map of one member. */
  #flowPair(start: Token): NodeMap {
    this.#budget.enter(start)
    const map: NodeMap = {}
    const token = this.#next()
    const isEmpty = flowPairKeyEnds.has(token.type)
    this.#budget.count()
    const key = this.#key(isEmpty, false)
    // go-yaml goes over the token that shows the key to be empty.
    if (isEmpty) this.#scanner.skip()
    this.#pairValue(map, key, flowPairValueEnds, false)
    this.#budget.leave()
    return map
  }

  #flowMapping(start: Token): NodeMap {
    this.#budget.enter(start)
    const map: NodeMap = {}
    let token = this.#next()
    while (token.type !== 'flow-mapping-end') {
      if (token.type === 'key') {
        token = this.#next()
        this.#pairValue(map, this.#key(flowKeyEnds.has(token.type), false), flowValueEnds, false)
      } else {
        this.#put(map, this.#key(false, false), this.#empty(), false, this.#contentFault)
      }
      token = this.#scanner.peek()
      if (token.type === 'flow-entry') token = this.#next()
      else if (token.type !== 'flow-mapping-end')
        throw grammarFault(token, "did not find expected ',' or '}'")
    }
    this.#scanner.skip()
    this.#budget.leave()
    return map
  }

  #empty(): null {
    this.#budget.count()
    return null
  }

  /** The key of a pair. */
  #key(isEmpty: boolean, block: boolean): Key {
    if (isEmpty) return this.#keyOf(this.#empty())
    const token = this.#scanner.peek()
    if (token.type !== 'scalar') return this.#describedKey(token, block)
    this.#budget.count()
    this.#scanner.skip()
    return isMergeKey(token, '') ? mergeKey : this.#keyOf(this.#resolve(token, '', true))
  }

  /** A key that is more than a scalar; a number in it is kept as it was written. */
  #describedKey(token: Token, block: boolean): Key {
    const outer = { keepNumbers: this.#keepNumbers, inKey: this.#inKey }
    this.#keepNumbers = this.#inKey = true
    this.#budget.count()
    const properties = this.#properties()
    const isMerge = isMergeKey(this.#scanner.peek(), properties.tag)
    const isAlias = token.type === 'alias'
    if (isAlias) this.#scanner.skip()
    const node = isAlias ? this.#alias(token) : this.#nodeWith(properties, block, block)
    this.#keepNumbers = outer.keepNumbers
    this.#inKey = outer.inKey
    return isMerge ? mergeKey : this.#keyOf(node)
  }

  /** The member's name; undefined, with the fault kept, if JSON cannot have it. */
  #keyOf(node: Node): Key {
    if (typeof node === 'string') return node
    const text = keyText(node)
    if (typeof text === 'string') return text
    if (node === null || node instanceof YamlNumber) this.#jsonFault ??= text
    else this.#contentFault ??= text
    return undefined
  }

  /** Reads the value of a pair, if it has one, and puts it into the map. */
  #pairValue(map: NodeMap, key: Key, ends: ReadonlySet<TokenType>, block: boolean): void {
    const hasValue = this.#scanner.peek().type === 'value'
    const type = hasValue ? this.#next().type : 'value'
    const faultBefore = this.#contentFault
    const value = hasValue && !ends.has(type) ? this.#node(block, block) : this.#empty()
    this.#put(map, key, value, type === 'alias', faultBefore)
  }

  #put(map: NodeMap, key: Key, value: Node, isAlias: boolean, faultBefore: YamlError | undefined): void {
    if (key === undefined) return
    if (key !== mergeKey) return setMember(map, key, value)
    if (merge(map, Array.isArray(value) && !isAlias ? value : [value])) return
    const problem = 'map merge requires map or sequence of maps as the value'
    this.#contentFault = faultBefore ?? new YamlError('merge', `yaml: ${problem}`)
  }
}
