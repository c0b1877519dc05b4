import { inject } from '../injection/inject.ts'
import type { InjectionRequest, Outcome } from '../injection/outcome.ts'
import { choose, type Choice, type RevisionRequest } from './choose.ts'
import type { Revisions } from './revisions.ts'

/** Injects one pod by the settings of the revision that it is meant for. Never throws. */
export function injectByRevision(revisions: Revisions, request: InjectionRequest & RevisionRequest): Outcome {
  return injectChosen(choose(revisions, request), request)
}

/** Injects one pod by the settings of the chosen revision; without one, the pod passes as it is. Never throws. */
export function injectChosen(choice: Choice, request: InjectionRequest): Outcome {
  if (choice.kind === 'unchosen') return { kind: 'skipped', decision: choice.decision }
  const { name, settings } = choice.revision
  return { ...inject(settings, request), revision: name, templateHash: settings.templateHash }
}
