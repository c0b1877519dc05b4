/** One comparison with an answer of Istio's own. */
export interface ConformanceCase {
  /** `corpus/1.0.0/kube-inject/00-hello`: the place in the shared data, and what docs/differences.md calls it. */
  readonly id: string
  /** Runs it: undefined if both agree, else what differs, short enough to read. */
  readonly run: () => string | Untold | undefined
}

/** Two pods differ in what nobody can tell from the injected one, for these reasons (headings of docs/uninject.md). */
export interface Untold {
  readonly reasons: readonly string[]
}

/** Cases that belong to one line of the table. */
export interface Suite {
  /** Who answered: `1.0.0`. */
  readonly release: string
  readonly name: string
  /** The file or folder of the shared data without which it is skipped. */
  readonly data: string
  readonly cases: () => readonly ConformanceCase[]
}

/** Where two texts part, with what stands around. */
export function firstDifference(got: string, want: string): string | undefined {
  if (got === want) return undefined
  let at = 0
  while (at < got.length && got[at] === want[at]) at++
  const from = Math.max(0, at - 60)
  return `at ${at}\n      got  …${show(got, from)}\n      want …${show(want, from)}`
}

function show(text: string, from: number): string {
  return JSON.stringify(text.slice(from, from + 160))
}
