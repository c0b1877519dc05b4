import type { Revisions } from '../revisions/revisions.ts'
import type { Change } from '../selection/managed-fields.ts'
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
  /** When a revision's settings were made and changed. Undefined where it is not known. */
  readonly settingsTimes?: (revision: string) => SettingsTimes | undefined
}

/** The age of the ConfigMap of a revision's settings. */
export interface SettingsTimes {
  /** RFC 3339; undefined if it does not say. */
  readonly created: string | undefined
  /** When its data was changed, by whom. */
  readonly changes: readonly Change[]
}
