import { randomBytes } from 'node:crypto'
import { authorityOf, type Authority, type AuthorityState } from './authority.ts'
import type { AuthorityStep } from './authority-step.ts'
import { readBundle, type Anchor } from './bundle.ts'
import type { AuthorityOptions, IssuedPair, LeafOptions } from './issue.ts'
import type { ServedLeaf } from './leaf-step.ts'
import type { Lifetimes } from './lifetimes.ts'
import { checkPair, type CertificatePair } from './pair.ts'
import type { ServiceName } from './webhook-configuration.ts'

/** Makes certificates: issue.ts, which is large enough to be loaded only when it is needed. */
export interface Issuing {
  authority(options: AuthorityOptions): Promise<IssuedPair>
  leaf(options: LeafOptions): Promise<IssuedPair>
}

/** Loads issue.ts (200 ms, 5 MB) for the first certificate. */
export const lazyIssuing: Issuing = {
  async authority(options) {
    const { issueAuthority } = await import('./issue.ts')
    return issueAuthority(options)
  },
  async leaf(options) {
    const { issueLeaf } = await import('./issue.ts')
    return issueLeaf(options)
  },
}

/** A certificate that this process has made for itself. Its key never leaves it. */
export interface Served extends ServedLeaf {
  readonly pair: CertificatePair
}

export interface ChangeContext {
  /** CAs that somebody trusts, or serves certificates of, at the moment. */
  readonly known: readonly Anchor[]
  readonly now: number
  readonly lifetimes: Lifetimes
  readonly issuing: Issuing
}

/** Takes a step; the result is not written yet. */
export async function changeAuthority(
  { kind }: AuthorityStep,
  state: AuthorityState,
  context: ChangeContext,
): Promise<AuthorityState> {
  const { ca, next } = state
  // Certificates of a CA that was lost, or whose key was, are being served: they go on being trusted.
  const lost = ca === undefined ? context.known.filter(isOurs) : []
  const previous = kept([...(ca === undefined ? [] : [ca]), ...state.previous, ...lost], context)
  if (kind === 'prepare') return { ...state, next: await newAuthority(context) }
  if (kind === 'forget') return { ...state, previous: kept(state.previous, context) }
  const signer = kind === 'create' ? await newAuthority(context) : next
  return { ca: signer, next: undefined, previous, faults: [] }
}

/** A certificate of this CA for the Service. */
export async function issueServed(
  authority: Authority,
  context: { now: number; service: ServiceName; lifetimes: Lifetimes; issuing: Issuing },
): Promise<Served> {
  const { now, service, lifetimes, issuing } = context
  const { cert, key } = await issuing.leaf({
    authority,
    names: serviceNames(service),
    now: new Date(now),
    lifetimeMs: lifetimes.certificateMs,
  })
  const pair = checkPair(cert, key)
  return { authority, pair, made: now, expires: pair.expires.getTime() }
}

/** API servers ask for the third; the others are for whoever looks by hand. */
export function serviceNames({ namespace, name }: ServiceName): string[] {
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`]
}

/** So that ours are told from those that somebody else has put into a caBundle. */
const commonName = 'eks-sidecar-injector CA '

async function newAuthority({ now, lifetimes, issuing }: ChangeContext): Promise<Authority> {
  const name = commonName + randomBytes(4).toString('hex')
  return authorityOf(await issuing.authority({ name, now: new Date(now), lifetimeMs: lifetimes.authorityMs }))
}

function isOurs({ subject }: Anchor): boolean {
  return subject.startsWith(`CN=${commonName}`)
}

/** Each once, without keys, and without those that have expired. */
function kept(anchors: readonly Anchor[], { now }: ChangeContext): Anchor[] {
  const good = anchors.filter(({ expires }) => expires > now)
  return readBundle(good.map(({ cert }) => cert).join(''))
}
