import type { Surroundings } from '../coverage/surroundings.ts'
import type { JsonObject } from '../injection/json.ts'
import type { UnreadableWebhook } from '../selection/webhook-entry.ts'

/** Everything that was seen and that an explanation looks at. */
export interface World {
  readonly surroundings: Surroundings
  /** Pods that are there, as far as they were asked for. */
  readonly pods: readonly JsonObject[]
  /** core/v1 Events. */
  readonly events: readonly JsonObject[]
  /** It is Amazon EKS; undefined where that is not known. */
  readonly isEks: boolean | undefined
  /** How often calls of a webhook have failed and the pod was let pass, by the webhook's name, as one API server has counted. */
  readonly failedOpen: ReadonlyMap<string, number>
  /** Services of webhooks, `istio-system/istiod`, behind which nobody is ready, so that calls fail. */
  readonly unanswered: ReadonlySet<string>
  readonly unreadable: readonly UnreadableWebhook[]
  readonly notKnown: readonly string[]
}
