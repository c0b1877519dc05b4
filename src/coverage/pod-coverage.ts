import { InjectionError } from '../injection/errors.ts'
import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import type { Revision } from '../revisions/revisions.ts'
import { isRevisionWritten } from '../uninjection/labels.ts'
import { absenceOf, laterWish } from './absence.ts'
import { expectedSidecar } from './expected.ts'
import { isPassedBy, judge, type Judgement } from './judge.ts'
import { sidecarIn, type Sidecar } from './sidecar.ts'
import type { Surroundings } from './surroundings.ts'
import type { CoverageReason, CoverageState, PodCoverage } from './types.ts'
import { workloadOf } from './workload.ts'

/** State and reason of a pod that is there, with what is worth showing. */
export interface Finding {
  readonly state: CoverageState
  readonly reason: CoverageReason
  readonly message: string
  readonly evidence: readonly string[]
}

/** What a pod that is there is, and why. Never throws. */
export function podCoverage(pod: JsonObject, surroundings: Surroundings): PodCoverage {
  const metadata = objectAt(pod, 'metadata')
  const sidecar = sidecarIn(pod)
  const { state, reason, message } = findingOf(pod, sidecar, surroundings)
  return {
    namespace: stringAt(metadata, 'namespace'),
    name: stringAt(metadata, 'name'),
    owner: workloadOf(pod),
    state,
    reason,
    message,
    revision: sidecar?.revision,
    version: sidecar?.version,
  }
}

function findingOf(pod: JsonObject, sidecar: Sidecar | undefined, surroundings: Surroundings): Finding {
  const namespace = stringAt(objectAt(pod, 'metadata'), 'namespace')
  try {
    const judgement = judge(sidecar === undefined ? pod : unlabelled(pod), namespace, surroundings)
    return findingBy(pod, sidecar, judgement, surroundings)
  } catch (error) {
    if (!(error instanceof InjectionError)) throw error
    return { state: 'not-injected', reason: 'unexplained', message: error.message, evidence: [] }
  }
}

/** The same where it is known already what would become of the pod. */
export function findingBy(
  pod: JsonObject,
  sidecar: Sidecar | undefined,
  judgement: Judgement,
  surroundings: Surroundings,
): Finding {
  const { decision, by, choice } = judgement
  if (sidecar !== undefined && !sidecar.isInjected) return foreign
  if (sidecar !== undefined) {
    if (!decision.inject || choice?.kind !== 'chosen') {
      const message = `the pod has a sidecar, and would get none now: ${decision.message}`
      return { state: 'injected', reason: 'foreign-sidecar', message, evidence: [] }
    }
    return agedOf(sidecar, choice.revision, surroundings)
  }
  if (!decision.inject && !isPassedBy(judgement)) {
    const { reason, message, field } = decision
    const later = laterWish(pod, field)
    return {
      state: 'not-injected',
      reason,
      message:
        later === undefined
          ? message
          : `${message}; that was set after the pod was made, so that it does not say why it got no sidecar then`,
      evidence: [...(by === undefined ? [] : [field]), ...(later === undefined ? [] : [later])],
    }
  }
  return { state: 'not-injected', ...absenceOf(pod, judgement, surroundings) }
}

/** Injectors of 1.6 to 1.10 write the label of their revision, which must not choose it; that of a user does. */
export function unlabelled(pod: JsonObject): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const labels = objectAt(metadata, 'labels')
  if (!isRevisionWritten(pod)) return pod
  const { 'istio.io/rev': _, ...rest } = labels
  return { ...pod, metadata: { ...metadata, labels: rest } }
}

/** Is a sidecar as a revision would make it now? */
function agedOf(sidecar: Sidecar, revision: Revision, surroundings: Surroundings): Finding {
  const { name, settings } = revision
  const { revisions } = surroundings
  const was = sidecar.revision
  // One set of settings without a name may be of any revision.
  const isNamed = revisions.sole === undefined || name !== 'default'
  if (was !== undefined && was !== name && isNamed) {
    const isThere = revisions.all.some((other) => other.name === was)
    return isThere
      ? outdated('revision-changed', `the sidecar is of revision ${was}, and would be of ${name} now`)
      : outdated('revision-gone', `the sidecar is of revision ${was}, which the injector does not have`)
  }
  const expected = expectedSidecar(settings)
  if (expected === undefined) return current
  const { version } = expected
  if (expected.template !== sidecar.template) {
    return outdated('template-changed', 'the sidecar is of another template than the settings have now')
  }
  if (sidecar.hasOwnImage || version === undefined || sidecar.version === undefined) return current
  if (version === sidecar.version) return current
  return outdated('image-changed', `the sidecar is ${sidecar.version}, and would be ${version} now`)
}

function outdated(reason: CoverageReason, message: string): Finding {
  return { state: 'outdated', reason, message, evidence: [] }
}

const foreign: Finding = {
  state: 'injected',
  reason: 'foreign-sidecar',
  message: 'the pod has a container istio-proxy that no injector has put there',
  evidence: [],
}

const current: Finding = {
  state: 'injected',
  reason: 'current',
  message: 'the sidecar is as it would be made now',
  evidence: [],
}
