import type { JsonObject } from '../json.ts'
import type { Owner } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import type { ListSettings } from './settings.ts'
import type { InjectionStatus } from '../status.ts'
import type { ListOverlay } from './overlay.ts'

/** One pod on its way to a patch. */
export interface ListInjection {
  readonly settings: ListSettings
  readonly request: PodRequest
  /** The workload that the pod belongs to. */
  readonly owner: Owner
  /** What is added, the sidecar already fitted to this pod. */
  readonly overlay: ListOverlay
  /** What an earlier injection left in the pod and goes first; undefined if nothing is taken out. */
  readonly previous: InjectionStatus | undefined
  /** The pod's securityContext as it shall be; undefined if it has none. */
  readonly securityContext: JsonObject | undefined
  /** The port that probes are sent to instead; undefined leaves them alone. */
  readonly redirectPort: number | undefined
  /** The sidecar goes before the application's containers, so that it starts first. */
  readonly hold: boolean
  /** The network of the pod, "" for none. */
  readonly network: string
  /** The annotations that send Prometheus to pilot-agent; undefined leaves them alone. */
  readonly prometheus: ReadonlyMap<string, string> | undefined
}
