import type { KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { eventObject, type Warning } from './event-object.ts'
import { collections } from './verbs.ts'

/** A warning about an object of some namespace. */
export interface OwnerWarning extends Warning {
  readonly namespace: string
  /** What is the same for all that need no Event of their own: `inject-annotation`. */
  readonly code: string
}

/** What became of a warning. */
export type OwnerEventResult =
  | 'written'
  | 'known' // somebody has written it already
  | 'dropped' // too many wait
  | 'failed'

export interface OwnerEventsOptions {
  readonly client: KubernetesClient
  /** Told of every warning; the error where it failed. Nobody waits for it. */
  readonly onResult: (result: OwnerEventResult, error?: unknown) => void
  readonly now?: () => number
  /** Events come at least so far apart, but for the first ones. Default: 1000. */
  readonly gapMs?: number
  /** As many may come at once after a while of quiet. Default: 20. */
  readonly burst?: number
  /** Most that wait; what comes then is dropped. Default: 200. */
  readonly mostWaiting?: number
  /** For so long nothing is said again of the same owner and code. Default: 10 minutes. */
  readonly quietMs?: number
}

export interface OwnerEvents {
  /** Writes an Event, soon, unless the same was said of late. Never throws, never waits. */
  warn(warning: OwnerWarning): void
  close(): void
}

/** Of so many owners it is remembered that they were told; then the oldest are forgotten. */
const mostRemembered = 4096

/** A right that is missing will not come soon. */
const forbiddenMs = 300_000

/**
 * Writes Events about the owners of pods, wherever they are. A Deployment of a thousand pods that cannot be made asks a thousand
 * times and more: one Event an owner and code, by all replicas together, as its name is made from them.
 */
export function createOwnerEvents(options: OwnerEventsOptions): OwnerEvents {
  const { client, onResult, now = Date.now, gapMs = 1000, burst = 20, mostWaiting = 200 } = options
  const { quietMs = 600_000 } = options
  const told = new Map<string, number>()
  const waiting: { readonly warning: OwnerWarning; readonly identity: string }[] = []
  const closing = new AbortController()
  let tokens = burst
  let refilledAt = now()
  let forbiddenUntil = 0
  let timer: NodeJS.Timeout | undefined
  let isWriting = false

  function isNews(identity: string): boolean {
    const last = told.get(identity)
    if (last !== undefined && now() - last < quietMs) return false
    // The newest stand last.
    told.delete(identity)
    told.set(identity, now())
    const [oldest] = told.keys()
    if (told.size > mostRemembered && oldest !== undefined) told.delete(oldest)
    return true
  }

  function refill(): void {
    const earned = Math.floor((now() - refilledAt) / gapMs)
    if (earned <= 0) return
    tokens = Math.min(burst, tokens + earned)
    refilledAt += earned * gapMs
  }

  async function writeAll(): Promise<void> {
    if (isWriting || closing.signal.aborted) return
    isWriting = true
    for (;;) {
      refill()
      const next = tokens > 0 ? waiting.shift() : undefined
      if (next === undefined) break
      tokens--
      await write(next.warning, next.identity)
    }
    isWriting = false
    if (waiting.length > 0) timer ??= setTimeout(again, gapMs).unref()
  }

  function again(): void {
    timer = undefined
    void writeAll()
  }

  async function write(warning: OwnerWarning, identity: string): Promise<void> {
    if (now() < forbiddenUntil) return onResult('dropped')
    const body = eventObject(warning, warning.namespace, identity, now())
    const path = collections.events(warning.namespace)
    try {
      await client.call({ method: 'POST', path, body, signal: closing.signal })
      onResult('written')
    } catch (error) {
      if (closing.signal.aborted) return
      const code = error instanceof ClusterError ? error.code : undefined
      if (code === 'conflict') return onResult('known')
      if (code === 'forbidden') forbiddenUntil = now() + forbiddenMs
      // The next pod of the owner is another attempt.
      else told.delete(identity)
      onResult('failed', error)
    }
  }

  return {
    warn(warning) {
      const { regarding, namespace, reason, code } = warning
      const identity = [namespace, regarding.kind, regarding.name, regarding.uid, reason, code].join(' ')
      if (closing.signal.aborted || !isNews(identity)) return
      if (waiting.length >= mostWaiting) return onResult('dropped')
      waiting.push({ warning, identity })
      // Not now: whoever warns has better things to do.
      timer ??= setTimeout(again, 0).unref()
    },
    close() {
      closing.abort()
      clearTimeout(timer)
      waiting.length = 0
    },
  }
}
