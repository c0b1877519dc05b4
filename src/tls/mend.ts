import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { isSameBundle, writeBundle, type Anchor } from './bundle.ts'
import type { Clock } from './clock.ts'
import {
  caBundlePatch,
  configurationPath,
  fieldManager,
  otherManagers,
  type WebhookConfiguration,
} from './webhook-configuration.ts'

/** Told what becomes of caBundles. */
export interface MendEvents {
  readonly onWritten: (configuration: string) => void
  /** Somebody else has overwritten what was right; `managers` are those that own it now. */
  readonly onReverted: (configuration: string, managers: readonly string[]) => void
}

export interface Mender {
  /**
   * Has a configuration carry these certificates and no others. Resolves with `right`, `written`, or with the time from which
   * on it may be written again. Rejects with ClusterError, `conflict` if somebody else has written it meanwhile.
   */
  mend(configuration: WebhookConfiguration, wanted: readonly Anchor[]): Promise<Mended>
}

export type Mended = 'right' | 'written' | { readonly waitUntil: number }

/**
 * Whoever fights us for the field gets an answer once a second at most, whatever the number of replicas: each sees when
 * the field was last put right, by whomever, and waits from there; of those who then write at once, all but one
 * are refused for their resourceVersion. Waiting longer each time would leave the field to the other.
 */
const leastMs = 1000

/** Who has put it right so lately is fought for it: whatever comes between us was a write of another replica, too. */
const fightMs = 5000

interface Memory {
  /** When it was put right last, as far as we have seen. */
  rightAt: number | undefined
  /** What was wanted when it was right last; undefined while it is wrong. */
  right: readonly Anchor[] | undefined
}

/** Remembers each configuration from look to look. */
export function createMender(client: KubernetesClient, clock: Clock, events: MendEvents): Mender {
  const memories = new Map<string, Memory>()

  function memoryOf(name: string): Memory {
    const memory = memories.get(name) ?? { rightAt: undefined, right: undefined }
    memories.set(name, memory)
    return memory
  }

  async function mend(configuration: WebhookConfiguration, wanted: readonly Anchor[]): Promise<Mended> {
    const { name, webhooks } = configuration
    const isKnown = memories.has(name)
    const memory = memoryOf(name)
    const wrong = webhooks.filter(({ anchors }) => !isSameBundle(anchors, wanted))
    if (wrong.length === 0) {
      if (isKnown && memory.right === undefined) memory.rightAt = clock.now()
      memory.right = wanted
      return 'right'
    }
    if (memory.right !== undefined && isSameBundle(memory.right, wanted)) {
      events.onReverted(name, otherManagers(configuration, wrong))
    }
    memory.right = undefined
    const waitUntil = (memory.rightAt ?? -Infinity) + leastMs
    if (clock.now() < waitUntil) return { waitUntil }
    await write(configuration, wanted, memory)
    memory.right = wanted
    memory.rightAt = clock.now()
    events.onWritten(name)
    return 'written'
  }

  async function write(
    configuration: WebhookConfiguration,
    wanted: readonly Anchor[],
    memory: Memory,
  ): Promise<void> {
    try {
      await client.call({
        method: 'PATCH',
        path: configurationPath(configuration.name),
        // We own the field and no other: force takes it from whoever has it, and can take nothing else.
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

  return { mend }
}
