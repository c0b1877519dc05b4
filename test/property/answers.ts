import fastJsonPatch from 'fast-json-patch'
import { inject } from '../../src/injection/inject.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import type { Outcome } from '../../src/injection/outcome.ts'
import type { Settings } from '../../src/injection/settings.ts'
import { normalisedText } from '../conformance/normalise.ts'

/** The namespace that random pods are sent from. */
export function ask(settings: Settings, pod: JsonObject): Outcome {
  return inject(settings, { pod, namespace: 'shop', path: '' })
}

/** The pod as the API server has it afterwards; undefined for one that is refused. Throws if the patch does not apply. */
export function admitted(settings: Settings, pod: JsonObject): JsonObject | undefined {
  const outcome = ask(settings, pod)
  if (outcome.kind !== 'injected') return outcome.kind === 'failed' ? undefined : pod
  return fastJsonPatch.applyPatch(pod, JSON.parse(outcome.patch), true, false).newDocument
}

/** The same as a text to compare. */
export function answer(settings: Settings, pod: JsonObject): string {
  const after = admitted(settings, pod)
  return after === undefined ? 'refused' : normalisedText(after)
}
