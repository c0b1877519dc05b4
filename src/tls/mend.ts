import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { isSameBundle, writeBundle, type Anchor } from './bundle.ts'
import type { Clock } from './clock.ts'
import {
  caBundlePatch,
  configurationPath,
  fieldManager,
  isOwned,
  otherManagers,
  releasePatch,
  type WebhookConfiguration,
  type WebhookEntry,
} from './webhook-configuration.ts'

/** Told what becomes of caBundles. */
export interface MendEvents {
  readonly onWritten: (configuration: string) => void
  /** Somebody else has overwritten what was right; `managers` are those that own it now. */
  readonly onReverted: (configuration: string, managers: readonly string[]) => void
}

export interface Mender {
  /**
   * Has a configuration carry these certificates and no others. Rejects with ClusterError, `conflict` if somebody else has
   * written it meanwhile.
   */
  mend(configuration: WebhookConfiguration, wanted: readonly Anchor[]): Promise<Mended>
}

export interface Mended {
  /** What was read is past: it was written. */
  readonly isWritten: boolean
  /** When there is more to be done. */
  readonly lookAt?: number
}

/**
 * Whoever fights us for the field gets an answer once a second at most, whatever the number of replicas: each sees when
 * the field was last put right, by whomever, and waits from there; of those who then write at once, all but one
 * are refused for their resourceVersion. Waiting longer each time would leave the field to the other.
 */
const leastMs = 1000

/** Who has put it right so lately is fought for it: whatever comes between us was a write of another replica, too. */
const fightMs = 5000

/** What we have written is given up when it has been left alone for so long: in a fight it never is. */
const releaseMs = 2000

interface Memory {
  readonly uid: string
  /** When it was put right last, as far as we have seen. */
  rightAt: number | undefined
  /** How it was when it was right last; undefined while it is wrong. */
  right: { readonly anchors: readonly Anchor[]; readonly webhooks: ReadonlySet<string> } | undefined
  /** Since when it has been as it is, and we have owned a field of it. */
  owned: { readonly resourceVersion: string; readonly since: number } | undefined
}

/** Remembers each configuration from look to look. */
export function createMender(client: KubernetesClient, clock: Clock, events: MendEvents): Mender {
  const memories = new Map<string, Memory>()

  async function mend(configuration: WebhookConfiguration, wanted: readonly Anchor[]): Promise<Mended> {
    const { name, uid, webhooks } = configuration
    const known = memories.get(name)
    const isKnown = known?.uid === uid
    const memory = isKnown ? known : { uid, rightAt: undefined, right: undefined, owned: undefined }
    memories.set(name, memory)
    ifSetBack(memory, clock.now())
    const right = { anchors: wanted, webhooks: new Set(webhooks.map((webhook) => webhook.name)) }
    const wrong = webhooks.filter(({ anchors }) => !isSameBundle(anchors, wanted))
    if (wrong.length === 0) {
      if (isKnown && memory.right === undefined) memory.rightAt = clock.now()
      memory.right = right
      return isOwned(configuration) ? release(configuration, memory) : { isWritten: false }
    }
    tellReverted(configuration, wrong, wanted, memory)
    memory.right = undefined
    const waitUntil = (memory.rightAt ?? -Infinity) + leastMs
    if (clock.now() < waitUntil) return { isWritten: false, lookAt: waitUntil }
    await apply(configuration, wanted, memory)
    memory.right = right
    memory.rightAt = clock.now()
    events.onWritten(name)
    // At once, to know since when it is there.
    return { isWritten: true, lookAt: clock.now() }
  }

  /** A webhook that has come has no caBundle yet, and a CA that is new was never there: nobody has reverted these. */
  function tellReverted(
    configuration: WebhookConfiguration,
    wrong: readonly WebhookEntry[],
    wanted: readonly Anchor[],
    { right }: Memory,
  ): void {
    if (right === undefined || !isSameBundle(right.anchors, wanted)) return
    const reverted = wrong.filter(({ name }) => right.webhooks.has(name))
    if (reverted.length > 0) events.onReverted(configuration.name, otherManagers(configuration, reverted))
  }

  async function apply(
    configuration: WebhookConfiguration,
    wanted: readonly Anchor[],
    memory: Memory,
  ): Promise<void> {
    try {
      await client.call({
        method: 'PATCH',
        path: configurationPath(configuration.name),
        // We want the field and no other: force takes it from whoever has it, and can take nothing else.
        query: { fieldManager, force: 'true' },
        contentType: 'application/apply-patch+yaml',
        body: caBundlePatch(configuration, writeBundle(wanted)),
      })
    } catch (error) {
      const isConflict = error instanceof ClusterError && error.code === 'conflict'
      const now = clock.now()
      if (isConflict && now - (memory.rightAt ?? -Infinity) < fightMs) memory.rightAt = now
      throw error
    }
  }

  async function release(configuration: WebhookConfiguration, memory: Memory): Promise<Mended> {
    const { resourceVersion } = configuration
    if (memory.owned?.resourceVersion !== resourceVersion) {
      memory.owned = { resourceVersion, since: clock.now() }
    }
    const releaseAt = memory.owned.since + releaseMs
    if (clock.now() < releaseAt) return { isWritten: false, lookAt: releaseAt }
    const request = {
      method: 'PATCH',
      path: configurationPath(configuration.name),
      query: { fieldManager },
      contentType: 'application/json-patch+json',
      body: releasePatch(configuration),
    } as const
    await client.call(request).catch((cause: unknown) => {
      // What is to be removed is not there any more: the resourceVersion is looked at after that.
      if (!(cause instanceof ClusterError) || cause.code !== 'invalid') throw cause
      throw new ClusterError('conflict', cause.message, { cause, status: cause.status })
    })
    return { isWritten: false }
  }

  return { mend }
}

/** What lies ahead was by a clock that has been set back since. To wait for it may take hours. */
function ifSetBack(memory: Memory, now: number): void {
  const { rightAt, owned } = memory
  if (rightAt !== undefined && rightAt > now) memory.rightAt = now
  if (owned !== undefined && owned.since > now) memory.owned = { ...owned, since: now }
}
