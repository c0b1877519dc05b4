import type { ConformanceCase, Suite, Untold } from './case.ts'
import { knownDifferences } from './differences.ts'

/** What became of the cases of a suite. */
export interface Compared {
  readonly suite: Suite
  /** Ids of all cases. */
  readonly ids: readonly string[]
  readonly equal: number
  /** Ids of those that differ and are named in differences.ts. */
  readonly explained: readonly string[]
  /** Those that differ in what an injected pod does not tell. */
  readonly untold: readonly Untold[]
  readonly faults: readonly Fault[]
}

/** A case that differs and is not named, or that is named and does not differ. */
export interface Fault {
  readonly id: string
  readonly difference: string
}

/** Runs the cases of a suite. With stacks, what is thrown says where. */
export function compareSuite(suite: Suite, stacks: boolean): Compared {
  const ids: string[] = []
  const explained: string[] = []
  const untold: Untold[] = []
  const faults: Fault[] = []
  let equal = 0
  for (const { id, run } of suite.cases()) {
    ids.push(id)
    const difference = attempt(run, stacks)
    const isKnown = knownDifferences.has(id)
    if (difference === undefined && isKnown) {
      faults.push({ id, difference: 'named in differences.ts, but equal' })
    } else if (difference === undefined) equal++
    else if (typeof difference === 'object') untold.push(difference)
    else if (isKnown) explained.push(id)
    else faults.push({ id, difference })
  }
  return { suite, ids, equal, explained, untold, faults }
}

function attempt(run: ConformanceCase['run'], stacks: boolean): ReturnType<ConformanceCase['run']> {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return stacks ? (error.stack ?? error.message) : error.message
  }
}
