import type { Revisions } from '../revisions/revisions.ts'
import type { NamespaceFacts } from '../selection/namespace.ts'
import type { WebhookEntry } from '../selection/webhook-entry.ts'

/** What decides about pods beside themselves. */
export interface Surroundings {
  readonly revisions: Revisions
  /** By name. A namespace that is not there is not known. */
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>
  /** In the order of the calls. Undefined where they are not known: then those of Istio's charts are taken for there. */
  readonly webhooks: readonly WebhookEntry[] | undefined
  /** Members that pods may have had before they were slimmed. Default: they are whole. */
  readonly notKept?: ReadonlySet<string>
  /** When the ConfigMap of a revision's settings was made; RFC 3339. Undefined where it is not known. */
  settingsCreated?(revision: string): string | undefined
}
