import { setImmediate } from 'node:timers/promises'
import type { ApiRequest, KubernetesClient } from '../../src/cluster/client.ts'
import { ClusterError } from '../../src/cluster/errors.ts'
import type { Json } from '../../src/golang/json-value.ts'
import { readBundle } from '../../src/tls/bundle.ts'
import { lazyIssuing, type Served } from '../../src/tls/change-authority.ts'
import type { Clock } from '../../src/tls/clock.ts'
import { keep, type Keeping } from '../../src/tls/keep.ts'
import { createKeeper } from '../../src/tls/keeper.ts'
import type { Lifetimes } from '../../src/tls/lifetimes.ts'
import { createFakeApi, namespace, secretName, serviceName, type FakeApi } from '../tls/fake-api.ts'

/** A call of a replica, on its way to the server or back. */
interface Flight {
  readonly replica: Replica
  readonly request: ApiRequest
  readonly resolve: (answer: Json) => void
  readonly reject: (error: unknown) => void
  /** Lost for so long on its way: the server may answer late, or the answer may come late. */
  stuckUntil: number
  /** When the replica gives up waiting. The server may do it all the same. */
  readonly patientUntil: number
  isGivenUp: boolean
  /** Undefined until the server has answered. */
  answer?: { readonly value: Json } | { readonly error: unknown }
}

interface Sleep {
  readonly replica: Replica
  readonly at: number
  readonly resolve: () => void
}

/** A process that keeps certificates. */
export interface Replica {
  readonly keeping: Keeping
  served: Served | undefined
  trustedAt: number | undefined
}

/** What a configuration had from when on. */
interface Version {
  readonly from: number
  /** By webhook. */
  readonly pems: readonly string[]
  readonly fingerprints: readonly ReadonlySet<string>[]
}

/**
 * Replicas over one API server in memory, with a clock that goes on only when it is told. A call is two events, the
 * server's answer and its arrival, so that anything may happen in between. Nothing depends on real time.
 */
export interface World {
  readonly api: FakeApi
  readonly configurations: readonly string[]
  readonly replicas: ReadonlySet<Replica>
  readonly flights: readonly Flight[]
  now(): number
  start(): Promise<Replica>
  /** Without a word: what is on its way is answered, but to nobody. */
  crash(replica: Replica): void
  /** Brings a call on by one event; with `fault`, its answer is an error. */
  progress(flight: Flight, fault?: 'before' | 'after'): Promise<void>
  /** Lets time pass to the next sleeper's end, or by no more than this. */
  pass(ms: number): Promise<void>
  /** What a configuration has had since that time. */
  seen(configuration: string, since: number): readonly Version[]
  /** What has become of the Secret, by whomever. */
  steps(): readonly string[]
  close(): void
}

export function createWorld(lifetimes: Lifetimes, random: () => number, began: number): World {
  const api = createFakeApi()
  const configurations = ['first', 'second']
  const replicas = new Set<Replica>()
  const histories = new Map<string, Version[]>(configurations.map((name) => [name, []]))
  const steps: string[] = []
  let flights: Flight[] = []
  let sleeps: Sleep[] = []
  let time = began

  async function start(): Promise<Replica> {
    const client: KubernetesClient = {
      ...api.client,
      call(request) {
        return new Promise((resolve, reject) => {
          const patientUntil = time + (request.silenceMs ?? Infinity)
          flights.push({ replica, request, resolve, reject, patientUntil, isGivenUp: false, stuckUntil: 0 })
        })
      },
    }
    const clock: Clock = {
      now: () => time,
      sleep(ms, signal) {
        return new Promise((resolve) => {
          const sleep = { replica, at: time + ms, resolve }
          sleeps.push(sleep)
          signal.addEventListener('abort', () => {
            sleeps = sleeps.filter((each) => each !== sleep)
            resolve()
          })
        })
      },
    }
    const keeper = createKeeper({
      client,
      clock,
      random,
      lifetimes,
      configurations,
      secret: secretName,
      service: { namespace, name: serviceName },
      issuing: lazyIssuing,
      events: {
        onServe: (served) => void (replica.served = served),
        onTrusted: () => void (replica.trustedAt = time),
        onStep: ({ kind }) => void steps.push(kind),
        onReverted: () => undefined,
        onWritten: () => undefined,
        onConflict: () => undefined,
        onState: () => undefined,
        onMatch: () => undefined,
      },
    })
    const replica: Replica = {
      served: undefined,
      trustedAt: undefined,
      get keeping() {
        return keeping
      },
    }
    // After the replica is there: keeping calls at once.
    const keeping = keep({ keeper, clock, random, onTrouble: () => undefined })
    replicas.add(replica)
    await quiet(replica)
    return replica
  }

  /** Waits until a replica waits for the server or for time to pass. */
  async function quiet(replica: Replica): Promise<void> {
    const isWaiting = () =>
      flights.some((each) => each.replica === replica && !each.isGivenUp) ||
      sleeps.some((each) => each.replica === replica)
    while (replicas.has(replica) && !isWaiting()) await setImmediate()
  }

  function crash(replica: Replica): void {
    replicas.delete(replica)
    replica.keeping.close()
    sleeps = sleeps.filter((each) => each.replica !== replica)
  }

  async function progress(flight: Flight, fault?: 'before' | 'after'): Promise<void> {
    if (flight.answer === undefined) {
      flight.answer = fault === 'before' ? { error: unreachable } : answerOf(flight.request)
      if (fault === 'after') flight.answer = { error: unreachable }
      record()
      return
    }
    flights = flights.filter((each) => each !== flight)
    if (flight.isGivenUp || !replicas.has(flight.replica)) return
    if ('error' in flight.answer) flight.reject(flight.answer.error)
    else flight.resolve(flight.answer.value)
    await quiet(flight.replica)
  }

  function answerOf(request: ApiRequest): { value: Json } | { error: unknown } {
    try {
      return { value: api.answer(request) }
    } catch (error) {
      return { error }
    }
  }

  async function pass(ms: number): Promise<void> {
    const next = Math.min(...sleeps.map(({ at }) => at))
    time = Math.min(time + ms, Math.max(next, time))
    const over = sleeps.filter(({ at }) => at <= time)
    sleeps = sleeps.filter(({ at }) => at > time)
    for (const { replica, resolve } of over) {
      resolve()
      await quiet(replica)
    }
    for (const flight of flights.filter(
      ({ patientUntil, isGivenUp }) => patientUntil <= time && !isGivenUp,
    )) {
      flight.isGivenUp = true
      flight.reject(unreachable)
      await quiet(flight.replica)
    }
  }

  function record(): void {
    for (const [name, history] of histories) {
      const pems = api.bundles(name)
      const last = history.at(-1)
      if (pems === undefined || String(last?.pems) === String(pems)) continue
      const fingerprints = pems.map((pem) => new Set(readBundle(pem).map(({ fingerprint }) => fingerprint)))
      // A configuration that is made while everything runs has none at first, which nobody can help.
      const isNew = last === undefined && [...replicas].some(({ trustedAt }) => trustedAt !== undefined)
      if (isNew && fingerprints.some(({ size }) => size === 0)) continue
      history.push({ from: time, pems, fingerprints })
    }
  }

  return {
    api,
    configurations,
    replicas,
    get flights() {
      return flights
    },
    now: () => time,
    start,
    crash,
    progress,
    pass,
    seen(name, since) {
      const history = histories.get(name) ?? []
      // The one before was there until the first that came later.
      const first = history.findLastIndex(({ from }) => from <= since)
      return history.slice(Math.max(0, first))
    },
    steps: () => steps,
    close: () => replicas.forEach(crash),
  }
}

const unreachable = new ClusterError('unreachable', 'the line is cut')
