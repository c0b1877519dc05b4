import type { Decision, ReasonCode } from '../injection/decision.ts'
import type { InjectionError, InjectionErrorCode } from '../injection/errors.ts'
import type { ReviewError, ReviewErrorCode, ReviewHead } from './errors.ts'
import type { Notice } from './notice.ts'

/** What happened, as label value, audit annotation and word of the log. */
export type Verdict = 'injected' | 'skipped' | 'failed' | 'refused'

/** The code of what decided. */
export type AnswerReason = ReasonCode | InjectionErrorCode | ReviewErrorCode

/** The answer to a review before it has an apiVersion and a uid. Made by the constructors below, never by hand. */
export interface Answer {
  readonly verdict: Verdict
  readonly reason: AnswerReason
  readonly allowed: boolean
  /** JSON text of an RFC 6902 patch; empty for none. */
  readonly patch: string
  /** Sent as `status.message` and `status.code` of a refusal; empty and 200 otherwise. */
  readonly message: string
  readonly code: number
  readonly warnings: readonly string[]
  /** What decided: `spec.hostNetwork`; empty where nothing was looked at. */
  readonly field: string
  /** The revision that answered, and the SHA-256 of its templates; undefined where none did. */
  readonly revision?: string | undefined
  readonly templateHash?: string | undefined
  /** What people are to hear of the pod later, too. */
  readonly notice?: Notice | undefined
}

/** The pod passes as it is; `notice` is what its creator is told. */
export function allowed(decision: Decision, notice?: Notice): Answer {
  const warnings = notice === undefined ? decision.warnings : [notice.message, ...decision.warnings]
  return answer('skipped', decision.reason, { warnings, field: decision.field, notice })
}

/** The pod passes with a sidecar. */
export function patched(decision: Decision, patch: string): Answer {
  const { reason, warnings, field } = decision
  return answer('injected', reason, { patch, warnings, field })
}

/** The review is none of a pod, so that nobody may take it for looked at. */
export function denied(error: ReviewError): Answer {
  return answer('refused', error.code, { allowed: false, code: 400, message: error.message })
}

/** The pod asked for a sidecar that cannot be made, and must not run without. */
export function failed(error: InjectionError, decision?: Decision): Answer {
  // The release's own words, which tell what is wrong, and ours, which tell what to do.
  const message = `${cut(error.message.trimEnd(), maxMessageLength)}; ${error.advice}`
  return answer('failed', error.code, {
    allowed: false,
    code: statusCodes[error.code],
    message,
    // The message has the release's words; here is the code that log, metrics and audit log have.
    warnings: [`refused (${error.code}): no sidecar can be made for this pod`, ...(decision?.warnings ?? [])],
    field: decision?.field ?? '',
    notice: { message: `refused (${error.code}): ${message}` },
  })
}

/**
 * 4xx: the pod must change. 500: the settings or we must. The API server shows the code to kubectl; clients retry
 * neither (client-go retries a 5xx only if it has a Retry-After header).
 */
const statusCodes: Readonly<Record<InjectionErrorCode, number>> = {
  'pod-undecodable': 400,
  'annotation-invalid': 422,
  'template-failed': 500,
  'overlay-invalid': 500,
  'settings-invalid': 500,
  internal: 500,
}

/** A template's error repeats what it could not use, which may be a long annotation; an Event holds 1024 characters. */
const maxMessageLength = 4096

function answer(verdict: Verdict, reason: AnswerReason, parts: Partial<Answer>): Answer {
  return {
    verdict,
    reason,
    allowed: true,
    patch: '',
    message: '',
    code: 200,
    warnings: [],
    field: '',
    ...parts,
  }
}

/**
 * The AdmissionReview that answers, as JSON text: the one way out for every answer. The patch is encoded once, so
 * the text is put together by hand. Example of a patched pod:
 *
 *     {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"705ab4f5","allowed":true,
 *      "patchType":"JSONPatch","patch":"W3si…","auditAnnotations":{"decision":"injected","reason":"policy-enabled",
 *      "revision":"default","template-hash":"8d42…"}}}
 *
 * The API server prefixes the names of audit annotations with the webhook's.
 */
export function encodeAnswer(answer: Answer, to: ReviewHead): string {
  const { verdict, reason, patch, message, code, warnings } = answer
  let text = `{"kind":"AdmissionReview","apiVersion":"${to.apiVersion}","response":{"uid":${JSON.stringify(to.uid)}`
  text += `,"allowed":${answer.allowed}`
  if (patch !== '') text += `,"patchType":"JSONPatch","patch":"${Buffer.from(patch).toString('base64')}"`
  if (!answer.allowed) text += `,"status":{"code":${code},"message":${JSON.stringify(message)}}`
  if (warnings.length > 0) text += `,"warnings":${encodeWarnings(warnings)}`
  return `${text},"auditAnnotations":{"decision":"${verdict}","reason":"${reason}"${settingsText(answer)}}}}`
}

/** Which settings answered, so that an audit log tells years later. Names of revisions are DNS labels, or a folder's. */
function settingsText({ revision, templateHash }: Answer): string {
  const named = revision === undefined ? '' : `,"revision":${JSON.stringify(revision)}`
  return templateHash === undefined ? named : `${named},"template-hash":"${templateHash}"`
}

/** The API server may cut a warning over 256 characters and drop those after some 4096 in all (KEP-1693). */
const maxWarningLength = 256
const maxWarnings = 16

function encodeWarnings(warnings: readonly string[]): string {
  return JSON.stringify(warnings.slice(0, maxWarnings).map(oneLine))
}

/** A warning travels in an HTTP header, so the API server drops one with control characters altogether. */
function oneLine(warning: string): string {
  return cut(warning.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' '), maxWarningLength)
}

/** The text, with an ellipsis for what is over; never half a character. */
function cut(text: string, length: number): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed()
}
