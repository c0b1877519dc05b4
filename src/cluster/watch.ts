import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../golang/json-value.ts'
import { defaultBackOff, waitMs, type BackOff } from './back-off.ts'
import type { KubernetesClient } from './client.ts'
import { ClusterError } from './errors.ts'
import { keyOf, readEvent, readPage } from './watch-events.ts'

export interface WatchTimes extends BackOff {
  /** The server is asked to end each stream after this long. Default: 5. */
  readonly windowSeconds: number
  /** A server that says nothing for so long is given up; longer than a window. Default: 6500. */
  readonly silenceMs: number
  /** All is listed anew after this long, whether or not anything was missed. Default: 10 minutes. */
  readonly relistMs: number
  /** A resource that need not be there is looked for again after this long. Default: 30,000. */
  readonly absentMs: number
}

/** Silence, the longest wait, and then a list: fresh again within 10 s of whatever was wrong. */
export const defaultWatchTimes: WatchTimes = {
  ...defaultBackOff,
  windowSeconds: 5,
  silenceMs: 6500,
  relistMs: 600_000,
  absentMs: 30_000,
}

export interface WatchOptions<T> {
  readonly client: KubernetesClient
  /** The collection: `/api/v1/namespaces/istio-system/configmaps`. */
  readonly path: string
  readonly fieldSelector?: string
  readonly labelSelector?: string
  /** What is kept of an object; undefined for one that is of no interest. */
  readonly keep: (object: JsonObject) => T | undefined
  /** Told of all that is kept, by `namespace/name`, after each list and each change. The map goes on changing. */
  readonly onChange: (objects: ReadonlyMap<string, T>) => void
  /** Told of every failed attempt; undefined once all is well again. */
  readonly onTrouble: (error: unknown) => void
  /**
   * A resource that a cluster need not have, or that we may not be allowed to see: then there is nothing of it.
   * Default: false.
   */
  readonly isOptional?: boolean
  /** Objects a page of a list: a page is read at once, and nobody is answered meanwhile. Default: 500. */
  readonly pageSize?: number
  readonly times?: Partial<WatchTimes>
  readonly now?: () => number
  readonly random?: () => number
}

export interface Watch {
  /** All has been listed once (or, if optional, cannot be), so that what was told is the truth. */
  readonly synced: boolean
  /** When the server last said anything about the objects, or that there are none, by the clock of `now`; undefined: never. */
  readonly lastContact: number | undefined
  close(): void
}

/** 500 nodes are some 7 MB. */
const usualPage = 500

/**
 * Lists a collection and follows it, for as long as it is not closed. Whatever the server does (drops the connection, falls
 * silent, answers rubbish, 403, 410, 429, 500 or nothing at all), what was told last stays, and it is asked again.
 */
export function watch<T>(options: WatchOptions<T>): Watch {
  const { client, path, keep, onChange, onTrouble, now = Date.now, random = Math.random } = options
  const times = { ...defaultWatchTimes, ...options.times }
  const { fieldSelector, labelSelector } = options
  const selectors = {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  }
  const call = `GET ${client.server}${path}`
  const closing = new AbortController()
  const { signal } = closing
  const { silenceMs } = times

  let objects = new Map<string, T>()
  /** Where the next stream goes on; undefined: list first. */
  let version: string | undefined
  let listedAt = -Infinity
  let synced = false
  let lastContact: number | undefined
  let isTroubled = false
  /** In a row. */
  let failures = 0

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (version === undefined || now() - listedAt >= times.relistMs) version = await list()
        version = await follow(version)
      } catch (error) {
        if (signal.aborted) return
        failures++
        await recover(error)
      }
    }
  }

  /** All objects, page by page. The old ones stay until the last page has come. */
  async function list(): Promise<string> {
    const listed = new Map<string, T>()
    let next: string | undefined
    for (;;) {
      const query = {
        ...selectors,
        limit: String(options.pageSize ?? usualPage),
        ...(next === undefined ? {} : { continue: next }),
      }
      const page = readPage(await client.call({ method: 'GET', path, query, signal, silenceMs }), call)
      for (const item of page.items) {
        const kept = keep(item)
        if (kept !== undefined) listed.set(keyOf(item), kept)
      }
      lastContact = now()
      ;({ next } = page)
      if (next !== undefined) continue
      listedAt = now()
      tell(listed)
      return page.version
    }
  }

  /** One stream, to its end. Resolves with where the next one goes on. */
  async function follow(from: string): Promise<string> {
    const began = now()
    let at = from
    const query = {
      ...selectors,
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(times.windowSeconds),
    }
    for await (const line of client.lines({ method: 'GET', path, query, signal, silenceMs })) {
      const event = readEvent(line, call)
      allIsWell()
      at = event.version
      // So that a stream which breaks off later is gone on with here.
      version = at
      if (event.kind === 'bookmark') continue
      const kept = event.kind === 'changed' ? keep(event.object) : undefined
      const key = keyOf(event.object)
      if (kept === undefined ? objects.delete(key) : objects.set(key, kept)) onChange(objects)
    }
    allIsWell()
    // A server that ends streams at once must not be asked without end.
    if (now() - began < times.firstMs) await sleep(times.firstMs, undefined, { signal })
    return at
  }

  async function recover(error: unknown): Promise<void> {
    if (!isTransient(error)) version = undefined
    if (options.isOptional === true && isDenied(error)) {
      lastContact = now()
      if (error.code === 'forbidden') trouble(error)
      if (!synced || objects.size > 0) tell(new Map())
      return sleep(times.absentMs, undefined, { signal }).catch(() => undefined)
    }
    trouble(error)
    return sleep(waitMs(failures, error, random(), times), undefined, { signal }).catch(() => undefined)
  }

  function tell(all: Map<string, T>): void {
    objects = all
    synced = true
    onChange(objects)
  }

  /** A list alone does not say so: where only watching is refused, every list is followed by a refusal. */
  function allIsWell(): void {
    lastContact = now()
    failures = 0
    if (isTroubled) onTrouble(undefined)
    isTroubled = false
  }

  function trouble(error: unknown): void {
    isTroubled = true
    onTrouble(error)
  }

  void run()
  return {
    get synced() {
      return synced
    },
    get lastContact() {
      return lastContact
    },
    close: () => closing.abort(),
  }
}

/** The server may well know the version still. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof ClusterError)) return false
  return error.code === 'unreachable' || error.code === 'too-many-requests' || error.status === 503
}

function isDenied(error: unknown): error is ClusterError {
  return error instanceof ClusterError && (error.code === 'not-found' || error.code === 'forbidden')
}
