import type { ReasonCode } from '../injection/decision.ts'
import { objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import type { Workload } from '../injection/owner.ts'
import { fold, type Row } from '../istio/history.ts'
import type { Release } from '../istio/release.ts'

/** How a release's istioctl says that it leaves a workload alone. */
interface SkipText {
  readonly begin: string
  /** Named by the pod template, or else the workload, or by the workload's kind, namespace and name. */
  readonly name: 'template' | 'workload' | 'kind'
  /** It says of a workload that has a sidecar what is meant for the host network. */
  readonly mistakesSidecar: boolean
}

const base: SkipText = {
  begin: 'Skipping injection because',
  name: 'template',
  mistakesSidecar: false,
}

const rows: readonly Row<SkipText>[] = [
  { from: '1.2', set: { name: 'workload' } },
  { from: '1.8', set: { begin: '===> Skipping injection because' } },
  { from: '1.13', set: { name: 'kind', mistakesSidecar: true } },
]

/** Why a workload is left alone, in the words of a release (spec A.11, B.1). */
export function skipMessage(
  release: Release,
  reason: ReasonCode,
  workload: Workload,
  template: JsonObject,
): string {
  const text = fold(base, rows, release)
  const name = nameOf(text.name, workload, template)
  return `${text.begin} ${sentence(text, name, reason)}`
}

function sentence({ mistakesSidecar }: SkipText, name: string, reason: ReasonCode): string {
  if (reason === 'host-network') return `${name} has host networking enabled`
  if (reason !== 'own-sidecar' && reason !== 'already-injected')
    return `${name} has sidecar injection disabled`
  if (mistakesSidecar) return `${name.replaceAll('"', '')} "istio-proxy" has host networking enabled`
  return `${name} has injected "istio-proxy" sidecar already`
}

function nameOf(form: SkipText['name'], workload: Workload, template: JsonObject): string {
  const own = stringAt(objectAt(template, 'metadata'), 'name')
  if (form === 'template') return JSON.stringify(own)
  const name = own || workload.name
  if (form === 'workload') return JSON.stringify(name)
  const full = JSON.stringify(workload.namespace === '' ? name : `${workload.namespace}/${name}`)
  return workload.kind === '' ? full : `${workload.kind} ${full}`
}
