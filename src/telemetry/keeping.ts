import type { AuthorityStep } from '../tls/authority-step.ts'
import type { KeeperEvents, Match } from '../tls/keeper.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** A fight about a caBundle goes on and on: one line a minute tells it. */
const repeatMs = 60_000

const steps: Readonly<Record<AuthorityStep['kind'], string>> = {
  create: 'a CA was made, which signs from now on',
  prepare: 'the next CA was made, to be trusted before it signs',
  promote: 'the next CA signs from now on',
  forget: 'CAs that have expired are trusted no more',
}

/** What log and metrics say of certificates that are kept in the cluster; no key is ever told. */
export function keepingEvents(log: Logger, metrics: Metrics, now: () => number) {
  const toldAt = new Map<string, number>()
  const matches = new Map<string, Match>()
  const troubles = new Map<string, string>()

  function isNews(what: string): boolean {
    const last = toldAt.get(what)
    if (last !== undefined && now() - last < repeatMs) return false
    toldAt.set(what, now())
    return true
  }

  function onMatch(configuration: string, match: Match): void {
    if (match === 'absent') metrics.caBundleMatches.remove(configuration)
    else metrics.caBundleMatches.set(match === 'yes' ? 1 : 0, configuration)
    const before = matches.get(configuration)
    matches.set(configuration, match)
    if (before === match) return
    if (match === 'yes') log.info({ configuration }, 'the webhook configuration trusts what is served')
    if (match === 'no' && isNews(`no ${configuration}`)) {
      log.warn({ configuration }, 'the webhook configuration does not trust what is served: its calls fail')
    }
    if (match === 'absent') log.warn({ configuration }, absent)
  }

  const keeper: Omit<KeeperEvents, 'onServe' | 'onTrusted'> = {
    onMatch,
    onState({ ca, next }) {
      for (const [name, authority] of [['signing', ca] as const, ['next', next] as const]) {
        if (authority === undefined) metrics.authorityExpiry.remove(name)
        else metrics.authorityExpiry.set(authority.expires / 1000, name)
      }
    },
    onStep({ kind, reason }, { ca, next }) {
      metrics.authoritySteps.inc(kind)
      const { fingerprint, expires } = (kind === 'prepare' ? next : ca) ?? {}
      const until = expires === undefined ? undefined : new Date(expires)
      log.info({ step: kind, reason, fingerprint, expires: until }, steps[kind])
    },
    onConflict: (object) => metrics.certificateConflicts.inc(object),
    onWritten(configuration) {
      metrics.caBundleWrites.inc(configuration)
      if (isNews(`written ${configuration}`)) log.info({ configuration }, 'caBundle written')
    },
    onReverted(configuration, managers) {
      for (const manager of managers.length === 0 ? [''] : managers) {
        metrics.caBundleReverts.inc(configuration, manager)
      }
      if (isNews(`reverted ${configuration}`)) log.warn({ configuration, managers }, reverted)
    },
  }

  function onTrouble(of: 'certificates' | 'watch', error: unknown): void {
    if (error !== undefined) metrics.certificateTroubles.inc(of)
    const message = error instanceof Error ? error.message : String(error)
    const before = troubles.get(of)
    if (error === undefined) {
      troubles.delete(of)
      if (before !== undefined) log.info({ of }, 'certificates are kept again')
    } else if (before !== message || isNews(`trouble ${of}`)) {
      troubles.set(of, message)
      log.error({ of, error: message }, 'certificates cannot be kept up; what is served stays')
    }
  }

  return { keeper, onMatch, onTrouble }
}

const absent =
  'there is no such webhook configuration, or none of its webhooks calls our Service: waiting for one'

const reverted =
  'somebody else has overwritten the caBundle, and it is written again, once a second at most; tell the managers named here ' +
  'to leave this field alone (docs/certificates.md)'
