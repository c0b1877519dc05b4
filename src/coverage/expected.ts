import fastJsonPatch from 'fast-json-patch'
import type { Decision } from '../injection/decision.ts'
import { InjectionError } from '../injection/errors.ts'
import type { JsonObject } from '../injection/json.ts'
import { readPod } from '../injection/pod-request.ts'
import type { Settings } from '../injection/settings.ts'
import { sidecarIn, type Sidecar } from './sidecar.ts'

/** As little of a pod as any template can do with. */
const plainPod: JsonObject = {
  metadata: { name: 'coverage', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'main:1' }] },
}

const decision: Decision = {
  inject: true,
  reason: 'inject-annotation',
  field: '',
  message: '',
  warnings: [],
}

const known = new WeakMap<Settings, { readonly sidecar: Sidecar | undefined }>()

/**
 * The sidecar that settings give a plain pod, by which those of others are compared: templates may take the image from
 * anywhere. Undefined where they cannot inject one.
 */
export function expectedSidecar(settings: Settings): Sidecar | undefined {
  const found = known.get(settings) ?? { sidecar: injectPlain(settings) }
  known.set(settings, found)
  return found.sidecar
}

function injectPlain(settings: Settings): Sidecar | undefined {
  try {
    const request = readPod({ pod: plainPod, namespace: 'default', path: '' }, undefined)
    const outcome = settings.injectPod(request, decision)
    if (outcome.kind !== 'injected') return undefined
    const patch: fastJsonPatch.Operation[] = JSON.parse(outcome.patch)
    return sidecarIn(fastJsonPatch.applyPatch(plainPod, patch, false, false).newDocument)
  } catch (error) {
    // The settings cannot inject anything, which those whose pods are refused hear of.
    if (error instanceof InjectionError) return undefined
    throw error
  }
}
