import type { Decision, ReasonCode } from '../injection/decision.ts'
import { isObject, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'

/** What people are told of a pod that gets no sidecar: as a warning at once, and as an Event on its owner later. */
export interface Notice {
  /** `no sidecar (host-network): spec.hostNetwork is true; …` */
  readonly message: string
}

/**
 * Whom a skip is told: everybody, those whose pod asks for a sidecar all the same, those who have written a word that
 * nobody knows, or nobody, as the pod plainly needs no sidecar, or was called by a command.
 */
export type Audience = 'everybody' | 'whoever-asks' | 'whoever-errs' | 'nobody'

interface Telling {
  readonly to: Audience
  /** The end of the sentence: the way out. */
  readonly advice?: string
}

/** Who hears of which reason. Where a sidecar is made, nobody needs to. */
export const tellings: Readonly<Record<ReasonCode, Telling>> = {
  'revision-unknown': { to: 'everybody' },
  'revision-not-selected': { to: 'nobody' },
  'host-network': { to: 'whoever-asks', advice: 'a sidecar would redirect the traffic of the whole node' },
  'system-namespace': { to: 'whoever-asks', advice: 'it needs another namespace' },
  'inject-label': { to: 'whoever-errs', advice: 'which counts as no: write "true" or "false"' },
  'inject-annotation': { to: 'whoever-errs', advice: 'which counts as no: write "true" or "false"' },
  'never-inject-selector': { to: 'nobody' },
  'always-inject-selector': { to: 'nobody' },
  'policy-enabled': { to: 'nobody' },
  'policy-disabled': { to: 'nobody' },
  'policy-unknown': { to: 'everybody', advice: 'write one of them into the injector config' },
  'already-injected': { to: 'nobody' },
  'own-sidecar': {
    to: 'everybody',
    advice: 'give the container another name, or the pod sidecar.istio.io/inject: "false"',
  },
  'no-inject-config': { to: 'everybody' },
}

/** What is to be told of a skip; undefined for nothing. */
export function noticeOf(decision: Decision, pod: Json | undefined): Notice | undefined {
  const { to, advice } = tellings[decision.reason]
  if (to === 'nobody') return undefined
  const metadata = isObject(pod) ? objectAt(pod, 'metadata') : {}
  if (to === 'whoever-asks' && !asks(metadata)) return undefined
  if (to === 'whoever-errs' && !errs(metadata, decision.reason)) return undefined
  const end = advice === undefined ? '' : `; ${advice}`
  return { message: `no sidecar (${decision.reason}): ${decision.message}${end}` }
}

const injectKey = 'sidecar.istio.io/inject'
const yes = /^(?:y|yes|true|on)$/i
const no = /^(?:n|no|false|off)$/i

/** Does the pod itself ask for a sidecar? */
function asks(metadata: JsonObject): boolean {
  const labels = objectAt(metadata, 'labels')
  return (
    yes.test(wish(metadata, 'labels')) ||
    yes.test(wish(metadata, 'annotations')) ||
    textOf(labels, 'istio.io/rev') !== ''
  )
}

/** Does it say no by a word that is none? (Releases that take any word for no.) */
function errs(metadata: JsonObject, reason: ReasonCode): boolean {
  return !no.test(wish(metadata, reason === 'inject-label' ? 'labels' : 'annotations'))
}

function wish(metadata: JsonObject, of: 'labels' | 'annotations'): string {
  return textOf(objectAt(metadata, of), injectKey)
}

function textOf(map: JsonObject, key: string): string {
  return Object.hasOwn(map, key) ? stringAt(map, key) : ''
}
