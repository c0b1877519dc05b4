/** What a template may use. Templates are the cluster's, but the data come from whoever may create a Pod. */
export interface Limits {
  /**
   * Bytes of rendered text, and of any text that a function makes on the way.
   *
   * Default: 4 MiB, well above the 1.5 MiB that etcd takes for an object.
   */
  readonly outputBytes: number
  /**
   * Nodes that are executed. Text handled by functions counts one step per 64 characters, lists and maps one per two
   * items, and slow functions what they say.
   *
   * Default: 10 million, some seconds of work.
   */
  readonly steps: number
  /**
   * Templates that call templates. Go allows 100000, which JavaScript's stack does not.
   *
   * Default: 1000.
   */
  readonly templateDepth: number
  /**
   * Blocks and parentheses inside each other in the source.
   *
   * Default: 200; Istio's deepest template needs 10.
   */
  readonly parseDepth: number
}

export const defaultLimits: Limits = {
  outputBytes: 4 * 1024 * 1024,
  steps: 10_000_000,
  templateDepth: 1000,
  parseDepth: 200,
}
