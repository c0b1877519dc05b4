import { createHash } from 'node:crypto'
import type { KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { collections } from './verbs.ts'

/** An object that Events are about. */
export interface Regarding {
  readonly kind: 'ConfigMap'
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

/** Something that people are to see with `kubectl describe`. */
export interface Warning {
  readonly regarding: Regarding
  /** One word, for machines: `SettingsRefused`. */
  readonly reason: string
  readonly message: string
}

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

/** The API server refuses longer ones. */
const longestMessage = 1024

/** Each comes later than the last, over some two minutes: whoever reads an Event has edited something just now. */
const mostAttempts = 8

const component = 'eks-sidecar-injector'

interface Waiting {
  readonly warning: Warning
  /** That have failed. */
  readonly attempts: number
}

/**
 * Writes Events (core/v1, which every Kubernetes has, and one right is enough for). The name is made from the object's
 * version and the message, so that replicas and restarts which find the same write one Event together.
 */
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
      const body = eventOf(warning, namespace, new Date(now()).toISOString())
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

function eventOf({ regarding, reason, message }: Warning, namespace: string, time: string) {
  const { uid, resourceVersion, name } = regarding
  const hash = createHash('sha256').update(`${uid} ${resourceVersion} ${reason} ${message}`).digest('hex')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${hash.slice(0, 16)}`, namespace },
    involvedObject: { apiVersion: 'v1', namespace, ...regarding },
    type: 'Warning',
    reason,
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
    source: { component },
    // In seconds: kubectl reads no fractions here.
    firstTimestamp: time.replace(/\.\d+Z$/, 'Z'),
    lastTimestamp: time.replace(/\.\d+Z$/, 'Z'),
    count: 1,
  }
}
