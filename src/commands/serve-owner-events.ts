import type { Handled } from '../admission/handle.ts'
import { ownerOfReview } from '../admission/owner.ts'
import type { KubernetesClient } from '../cluster/client.ts'
import { createOwnerEvents } from '../cluster/owner-events.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { tellingEvents } from '../telemetry/telling.ts'

export interface ServedOwnerEvents {
  /** Tells the owner of a pod what became of it, if there is anything to tell. To be called once the answer is sent. */
  tell(handled: Handled): void
  close(): void
}

/** Events on whoever owns the pods that are skipped or refused, for as long as it is not closed. */
export function openOwnerEvents(client: KubernetesClient, log: Logger, metrics: Metrics): ServedOwnerEvents {
  const events = createOwnerEvents({ client, onResult: tellingEvents(log, metrics) })
  return {
    tell({ answer, review }) {
      // A dry run leaves nothing behind: sideEffects is None.
      if (answer?.notice === undefined || review === undefined || review.dryRun) return
      const owner = ownerOfReview(review)
      if (owner === undefined) return
      events.warn({
        regarding: { ...owner, resourceVersion: '' },
        namespace: review.namespace,
        reason: answer.allowed ? 'SidecarNotInjected' : 'SidecarInjectionFailed',
        code: answer.reason,
        message: answer.notice.message,
      })
    },
    close: () => events.close(),
  }
}
