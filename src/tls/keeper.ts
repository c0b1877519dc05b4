import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { readAuthorityState, trustedBy, writeAuthorityState, type AuthorityState } from './authority.ts'
import { secretStore, type ReadSecret } from './authority-secret.ts'
import { nextAuthorityStep, type AuthorityStep } from './authority-step.ts'
import type { Anchor } from './bundle.ts'
import { createCarried } from './carried.ts'
import { changeAuthority, issueServed, type Issuing, type Served } from './change-authority.ts'
import type { Clock } from './clock.ts'
import { readConfigurations, type ReadConfigurations } from './configurations.ts'
import { leafIssuer } from './leaf-step.ts'
import { pollMs, settleMs, silenceMs, type Lifetimes } from './lifetimes.ts'
import { createMender, type MendEvents } from './mend.ts'
import { carriedBy, type ServiceName } from './webhook-configuration.ts'

/**
 * Does every webhook of a configuration trust what we serve? `absent`: there is no such configuration, or none of its
 * webhooks calls us.
 */
export type Match = 'yes' | 'no' | 'absent'

/** Told what becomes of certificates in the cluster. */
export interface KeeperEvents extends MendEvents {
  /** From now on this one is to be served. */
  readonly onServe: (served: Served) => void
  /** We have changed the Secret. */
  readonly onStep: (step: AuthorityStep, state: AuthorityState) => void
  /** Somebody else was faster; it is looked at anew. */
  readonly onConflict: (object: 'secret' | 'configuration') => void
  /** What the Secret says, at every look. */
  readonly onState: (state: AuthorityState) => void
  /** Told at every look. */
  readonly onMatch: (configuration: string, match: Match) => void
  /** API servers trust what we serve. Told once. */
  readonly onTrusted: () => void
}

export interface KeeperOptions {
  readonly client: KubernetesClient
  /** Keeps the CA. In the namespace of the Service. */
  readonly secret: string
  readonly service: ServiceName
  /** Whose caBundle is ours to write. */
  readonly configurations: readonly string[]
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly issuing: Issuing
  readonly events: KeeperEvents
}

export interface Keeper {
  /**
   * Looks at the cluster, does what is to be done, and resolves with the time of the next look. Rejects with ClusterError if
   * the API server cannot be asked, or refuses; what is served is renewed all the same.
   */
  look(): Promise<number>
}

/** Each may be caused by another replica's success, so that one of them always gets on. */
const mostConflicts = 8

/** So long after a caBundle is right, API servers go by it; those of a cluster that is well do. */
const firstSettleMs = 1000

/**
 * Keeps a CA in a Secret, its certificate in webhook configurations, and a certificate of it in this process. There are no
 * leaders: every replica does all of it, and each write names the version that it is based on.
 *
 * A look reads configurations first and the Secret after them. So the Secret that it sees has every CA that was in a caBundle
 * that it sees, and no replica can take a CA out of a caBundle that another has put in meanwhile.
 */
export function createKeeper(options: KeeperOptions): Keeper {
  const { configurations, service, lifetimes, clock, random, issuing, events } = options
  const client = impatient(options.client, silenceMs(lifetimes))
  const store = secretStore(client, { namespace: service.namespace, name: options.secret })
  const mender = createMender(client, clock, events)
  const carried = createCarried()
  const settle = settleMs(lifetimes)
  /** Redrawn with every certificate. */
  let jitter = random()
  let served: Served | undefined
  let isTrusted = false

  async function look(): Promise<number> {
    for (let conflicts = 0; ; conflicts++) {
      const conflict = await lookOnce()
      if (typeof conflict === 'number') return conflict
      events.onConflict(conflict.object)
      if (conflicts === mostConflicts) throw conflict.error
    }
  }

  async function lookOnce(): Promise<number | Conflict> {
    const read = await readConfigurations(client, configurations, service)
    const secret = await store.read().catch(async (error: unknown) => {
      await serveFrom(undefined, false)
      throw error
    })
    const isWhole = read.errors.length === 0
    if (isWhole) carried.saw(read.present.map(carriedBy), clock.now())
    const stepped = await stepOn(secret, read)
    if (stepped.conflict !== undefined) return stepped.conflict
    const { state } = stepped
    events.onState(state)
    const mended = await mendAll(read, state)
    await serveFrom(state, isWhole)
    if (mended.conflict !== undefined) return mended.conflict
    tell(read, mended.written)
    const [error] = [...stepped.errors, ...mended.errors, ...read.errors]
    if (error !== undefined) throw error
    return Math.min(mended.waitUntil, nextLook(state))
  }

  /** Brings the Secret on until it needs no more. */
  async function stepOn(secret: ReadSecret, read: ReadConfigurations): Promise<Stepped> {
    const now = clock.now()
    const state = readAuthorityState(secret.values, now)
    // Without a look at all of them we cannot know what is trusted: a new CA has to wait.
    if (read.errors.length > 0) return { state, errors: [] }
    const step = nextAuthorityStep(state, { now, jitter, isSettled, isCarried })
    if (step === undefined) return { state, errors: [] }
    const known = [...read.present.flatMap(anchorsOf), ...(served === undefined ? [] : [served.authority])]
    const changed = await changeAuthority(step, state, { known, now, lifetimes, issuing })
    let written: ReadSecret
    try {
      written = await store.write(secret, writeAuthorityState(changed))
    } catch (error) {
      if (isConflict(error)) return { state, errors: [], conflict: { object: 'secret', error } }
      // What is there may do for a while.
      return { state, errors: [error] }
    }
    events.onStep(step, changed)
    return stepOn(written, read)
  }

  async function mendAll(read: ReadConfigurations, state: AuthorityState): Promise<AllMended> {
    const errors: unknown[] = []
    const written = new Set<string>()
    let conflict: Conflict | undefined
    let waitUntil = Infinity
    // Without a CA the Secret does not say the whole truth: what is trusted may be all that there is.
    if (state.ca === undefined) return { errors, conflict, waitUntil, written }
    const wanted = trustedBy(state, clock.now())
    for (const configuration of read.present) {
      try {
        const { isWritten, lookAt = Infinity } = await mender.mend(configuration, wanted)
        if (isWritten) written.add(configuration.name)
        waitUntil = Math.min(waitUntil, lookAt)
      } catch (error) {
        if (isConflict(error)) conflict = { object: 'configuration', error }
        else errors.push(error)
      }
    }
    return { errors, conflict, waitUntil, written }
  }

  /** Has a new certificate if it is time; `state` is undefined if the Secret could not be read. */
  async function serveFrom(state: AuthorityState | undefined, isWhole: boolean): Promise<void> {
    const issuer = leafIssuer(served, state?.ca, {
      now: clock.now(),
      jitter,
      isCarried: (which) => !isWhole || carried.isCarried(which),
      isSettled: (which) => isWhole && isSettled(which),
    })
    if (issuer === undefined) return
    served = await issueServed(issuer, { now: clock.now(), service, lifetimes, issuing })
    jitter = random()
    events.onServe(served)
  }

  function tell({ present, absent }: ReadConfigurations, written: ReadonlySet<string>): void {
    for (const name of absent) events.onMatch(name, 'absent')
    if (served === undefined) return
    const { fingerprint } = served.authority
    for (const each of present.filter(({ name }) => !written.has(name))) {
      events.onMatch(each.name, carriedBy(each).has(fingerprint) ? 'yes' : 'no')
    }
    // A configuration that does not exist has nobody call us: it holds nothing up.
    if (isTrusted || !carried.isCarriedFor(fingerprint, Math.min(firstSettleMs, settle), clock.now())) return
    isTrusted = true
    events.onTrusted()
  }

  function isSettled(fingerprint: string): boolean {
    return carried.isCarriedFor(fingerprint, settle, clock.now())
  }

  function isCarried(fingerprint: string): boolean {
    return carried.isCarried(fingerprint)
  }

  function nextLook({ next }: AuthorityState): number {
    const now = clock.now()
    const poll = now + pollMs(lifetimes)
    if (!isTrusted) return Math.min(poll, now + firstSettleMs / 4)
    return next === undefined ? poll : Math.min(poll, now + settle / 2)
  }

  return { look }
}

interface Stepped {
  readonly state: AuthorityState
  readonly errors: readonly unknown[]
  readonly conflict?: Conflict
}

interface AllMended {
  readonly errors: readonly unknown[]
  readonly conflict: Conflict | undefined
  /** Infinity: nothing to wait for. */
  readonly waitUntil: number
  /** Configurations that are not any more as they were read. */
  readonly written: ReadonlySet<string>
}

interface Conflict {
  readonly object: 'secret' | 'configuration'
  readonly error: unknown
}

function impatient(client: KubernetesClient, silenceMs: number): KubernetesClient {
  return { ...client, call: (request) => client.call({ silenceMs, ...request }) }
}

function isConflict(error: unknown): boolean {
  return error instanceof ClusterError && error.code === 'conflict'
}

function anchorsOf({ webhooks }: ReadConfigurations['present'][number]): readonly Anchor[] {
  return webhooks.flatMap(({ anchors }) => anchors)
}
