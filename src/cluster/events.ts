import type { KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { eventObject, type Warning } from './event-object.ts'
import { collections } from './verbs.ts'

export interface EventsOptions {
  readonly client: KubernetesClient
  readonly namespace: string
  /** Told why an Event could not be written; nobody waits for it. */
  readonly onError: (error: unknown) => void
  readonly now?: () => number
  /** Events come at least so far apart. Default: 1000. */
  readonly gapMs?: number
}

export interface Events {
  /** Writes an Event, soon. Of one object only the newest is written. */
  warn(warning: Warning): void
  close(): void
}

/** Each comes later than the last, over some two minutes: whoever reads an Event has edited something just now. */
const mostAttempts = 8

interface Waiting {
  readonly warning: Warning
  /** That have failed. */
  readonly attempts: number
}

/** Writes Events about the objects of one namespace. */
export function createEvents(options: EventsOptions): Events {
  const { client, namespace, onError, now = Date.now, gapMs = 1000 } = options
  const waiting = new Map<string, Waiting>()
  const closing = new AbortController()
  const { signal } = closing
  let timer: NodeJS.Timeout | undefined
  let isWriting = false

  async function writeNext(): Promise<void> {
    const [first] = waiting
    if (first === undefined || isWriting) return
    const [name, { warning, attempts }] = first
    waiting.delete(name)
    isWriting = true
    const error = await write(warning)
    isWriting = false
    if (signal.aborted) return
    if (error !== undefined) onError(error)
    const isAgain = error !== undefined && isPassing(error) && attempts < mostAttempts && !waiting.has(name)
    if (isAgain) waiting.set(name, { warning, attempts: attempts + 1 })
    timer = setTimeout(
      () => {
        timer = undefined
        void writeNext()
      },
      isAgain ? gapMs * 2 ** Math.min(attempts, 5) : gapMs,
    ).unref()
  }

  async function write(warning: Warning): Promise<unknown> {
    try {
      const body = eventObject(warning, namespace, identityOf(warning), now())
      await client.call({ method: 'POST', path: collections.events(namespace), body, signal })
      return undefined
    } catch (error) {
      return error instanceof ClusterError && error.code === 'conflict' ? undefined : error
    }
  }

  return {
    warn(warning) {
      waiting.set(warning.regarding.name, { warning, attempts: 0 })
      if (timer === undefined) void writeNext()
    },
    close() {
      clearTimeout(timer)
      waiting.clear()
      closing.abort()
    },
  }
}

/** May the next attempt end otherwise? */
function isPassing(error: unknown): boolean {
  return error instanceof ClusterError && ['unreachable', 'too-many-requests', 'server'].includes(error.code)
}

/** Each version of an object has its own Event. */
function identityOf({ regarding, reason, message }: Warning): string {
  return `${regarding.uid} ${regarding.resourceVersion} ${reason} ${message}`
}
