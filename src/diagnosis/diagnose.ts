import { answerCauses } from './causes/answers.ts'
import { apiServerCauses } from './causes/api-server.ts'
import { certificateCauses } from './causes/certificates.ts'
import { configurationCauses } from './causes/configurations.ts'
import { connectionCauses } from './causes/connections.ts'
import { endpointCauses } from './causes/endpoints.ts'
import { namespaceCauses } from './causes/namespaces.ts'
import { networkCauses } from './causes/network.ts'
import { settingsCauses } from './causes/settings.ts'
import { factsOf, type Facts } from './facts.ts'
import type { Cause, Certainty, Finding } from './finding.ts'
import { unseen, untried } from './unseen.ts'
import type { Observations } from './observations.ts'

/** Every cause, in the order of docs/doctor.md: from the API server to the pod. */
export const causes: readonly Cause[] = [
  ...apiServerCauses,
  ...configurationCauses,
  ...namespaceCauses,
  ...endpointCauses,
  ...settingsCauses,
  ...networkCauses,
  ...connectionCauses,
  ...certificateCauses,
  ...answerCauses,
]

/** What is wrong, and what could not be looked at. */
export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** `Nodes: GET …: 403 …` */
  readonly unchecked: readonly string[]
  /** What the canary came to, in one sentence. */
  readonly summary: string
  readonly verdict: Verdict
}

/** A cause was found; none was, and the canary has gone the whole way; none was, and it has not, so that nothing is proven. */
export type Verdict = 'found' | 'works' | 'unknown'

const order: readonly Certainty[] = ['certain', 'probable', 'possible']

/** Decides among the causes; several may hold. What is but the consequence of another one is left out. */
export function diagnose(observations: Observations): Diagnosis {
  const facts = factsOf(observations)
  const found = causes.flatMap((cause) => {
    const finding = cause.find(facts)
    return finding === undefined ? [] : [{ cause, finding }]
  })
  const explained = new Set(
    found.flatMap(({ cause, finding }) =>
      finding.certainty === 'possible' ? [] : (cause.consequences ?? []),
    ),
  )
  const findings = found
    .filter(({ cause }) => !explained.has(cause.id))
    .map(({ cause, finding }) => ({
      cause: cause.id,
      ...finding,
      evidence: finding.evidence.filter((line) => line !== ''),
      remedy: cause.remedy(facts),
      docs: `docs/doctor.md#${cause.id}`,
    }))
    .toSorted((a, b) => order.indexOf(a.certainty) - order.indexOf(b.certainty))
  const [first] = findings
  return {
    findings,
    unchecked: unseen(facts).filter((line) => first === undefined || !isExplained(facts, line)),
    summary: summaryOf(observations, facts.receipt?.by),
    verdict: first !== undefined ? 'found' : untried(facts).length > 0 ? 'unknown' : 'works',
  }
}

/** Why a canary came back as it was is what findings tell. */
function isExplained(facts: Facts, line: string): boolean {
  return facts.seen.canary.kind === 'admitted' && untried(facts).includes(line)
}

function summaryOf({ canary, failure }: Observations, by: string | undefined): string {
  if (failure !== undefined) return `the API server could not be called: ${failure.message}`
  if (canary.kind === 'not-sent') return `no canary was sent: ${canary.why}`
  const where = `the canary in namespace ${canary.namespace}`
  if (canary.kind === 'refused') return `${where} was refused after ${canary.ms} ms`
  return by === undefined
    ? `${where} came back after ${canary.ms} ms, and no injector of ours has seen it`
    : `${where} came back after ${canary.ms} ms, seen by ${by}`
}
