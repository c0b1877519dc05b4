import type { Facts } from './facts.ts'

/** How sure a finding is: what was seen admits nothing else; hardly anything else; this among others. */
export type Certainty = 'certain' | 'probable' | 'possible'

/** What a cause is recognised by in the facts. */
export interface Found {
  readonly certainty: Certainty
  /** One sentence with the names of this cluster. */
  readonly title: string
  /** What was seen, a line each. */
  readonly evidence: readonly string[]
}

/** A reason for pods without sidecars, as a row of the table in docs/doctor.md. */
export interface Cause {
  /** Stable: part of the output, label value of the metric, anchor in docs/doctor.md. */
  readonly id: string
  /** What is wrong, in general. */
  readonly summary: string
  /** How it is recognised, for the docs. */
  readonly by: string
  find(facts: Facts): Found | undefined
  /** What to do: lines for people, and indented ones for the shell. */
  remedy(facts: Facts): readonly string[]
  /** Causes that are but consequences of this one, and are not told beside it. */
  readonly consequences?: readonly string[]
}

/** A cause that holds, as it is printed. */
export interface Finding extends Found {
  readonly cause: string
  readonly remedy: readonly string[]
  /** Where to read on, from the root of the repository. */
  readonly docs: string
}

export function certain(title: string, ...evidence: readonly string[]): Found {
  return { certainty: 'certain', title, evidence }
}

export function probable(title: string, ...evidence: readonly string[]): Found {
  return { certainty: 'probable', title, evidence }
}

export function possible(title: string, ...evidence: readonly string[]): Found {
  return { certainty: 'possible', title, evidence }
}
