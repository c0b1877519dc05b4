import { formatRelease } from '../istio/release.ts'
import type { Revision, Revisions } from '../revisions/revisions.ts'
import type { NamespaceState, PageState, RevisionState } from './answers.ts'

export interface StateParts {
  readonly version: string
  readonly namespaces: readonly NamespaceState[]
  readonly hasPicture: boolean
}

/** What the page has to know before anything is asked. */
export function stateOf({ all, tags }: Revisions, parts: StateParts): PageState {
  return {
    ...parts,
    revisions: all.map(revisionState),
    tags: [...tags].map(([name, revision]) => ({ name, revision })),
  }
}

function revisionState({ name, settings: { detection, warnings } }: Revision): RevisionState {
  return { name, release: formatRelease(detection.release), because: detection.because, warnings }
}
