import { YamlError } from './errors.ts'
import { faultAt } from './faults.ts'
import type { Token } from './tokens.ts'

/** Bounds on what a document may become. */
export interface ReadLimits {
  /**
   * How deep collections may be nested.
   *
   * Default: `500` (Go's own bound is 10000)
   */
  readonly depth?: number
  /**
   * How many nodes there may be, those that aliases repeat included.
   *
   * Default: `1_000_000`
   */
  readonly nodes?: number
}

/** The size of a node. */
export interface Extent {
  /** Nodes in it, itself and those that aliases repeat included. */
  readonly nodes: number
  /** Collections nested in it, itself included. */
  readonly height: number
}

/** A point from which nodes and depth are measured. */
interface Mark {
  readonly nodes: number
  readonly deepest: number
}

const defaultDepth = 500
const defaultNodes = 1_000_000

/** Counts nodes and depth, and refuses documents that are too large. */
export class Budget {
  readonly #maxDepth: number
  readonly #maxNodes: number
  #depth = 0
  /** The greatest depth since the innermost measurement began. */
  #deepest = 0
  #nodes = 0
  #aliasNodes = 0

  constructor(limits: ReadLimits = {}) {
    this.#maxDepth = limits.depth ?? defaultDepth
    this.#maxNodes = limits.nodes ?? defaultNodes
  }

  /** One more node. */
  count(nodes = 1): void {
    this.#nodes += nodes
    if (this.#nodes > this.#maxNodes) {
      throw new YamlError('too-large', `yaml: document has more than ${this.#maxNodes} nodes`)
    }
  }

  /** A collection begins; {@link leave} ends it. */
  enter(token: Token): void {
    this.#depth++
    this.#checkDepth(token, this.#depth)
    if (this.#depth > this.#deepest) this.#deepest = this.#depth
  }

  leave(): void {
    this.#depth--
  }

  /** A node is repeated here. go-yaml's rule on how much may be is kept. */
  repeat(token: Token, { nodes, height }: Extent): void {
    this.#checkDepth(token, this.#depth + height)
    this.#aliasNodes += nodes
    this.count(nodes)
    const share = this.#aliasNodes / this.#nodes
    if (this.#aliasNodes > 100 && this.#nodes > 1000 && share > allowedShare(this.#nodes)) {
      throw faultAt(token, 'too-large', 'yaml: document contains excessive aliasing')
    }
  }

  /** Begins to measure a node that is counted already. */
  mark(): Mark {
    const mark = { nodes: this.#nodes - 1, deepest: this.#deepest }
    this.#deepest = this.#depth
    return mark
  }

  /** What came since the mark. */
  measure(mark: Mark): Extent {
    const extent = { nodes: this.#nodes - mark.nodes, height: this.#deepest - this.#depth }
    this.#deepest = Math.max(this.#deepest, mark.deepest)
    return extent
  }

  #checkDepth(token: Token, depth: number): void {
    if (depth > this.#maxDepth)
      throw faultAt(token, 'too-large', `yaml: exceeded max depth of ${this.#maxDepth}`)
  }
}

/**
 * The share of nodes that may come from aliases: 99 % of up to 400,000 nodes, falling to 10 % of 4,000,000. It
 * refuses "billion laughs" after some thousand nodes.
 */
function allowedShare(nodes: number): number {
  const low = 400_000
  const high = 4_000_000
  if (nodes <= low) return 0.99
  if (nodes >= high) return 0.1
  return 0.99 - (0.89 * (nodes - low)) / (high - low)
}
