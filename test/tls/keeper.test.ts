import t from 'tap'
import { ClusterError } from '../../src/cluster/errors.ts'
import { readAuthorityState, secretKeys } from '../../src/tls/authority.ts'
import { readBundle } from '../../src/tls/bundle.ts'
import { lazyIssuing, type Served } from '../../src/tls/change-authority.ts'
import { createKeeper, type Keeper, type Match } from '../../src/tls/keeper.ts'
import type { Lifetimes } from '../../src/tls/lifetimes.ts'
import { configurationsPath } from '../../src/tls/webhook-configuration.ts'
import { createFakeApi, namespace, secretName, secretsPath, serviceName, type FakeApi } from './fake-api.ts'

const began = Date.UTC(2026, 10, 24, 12)
const hour = 3_600_000
const lifetimes: Lifetimes = { certificateMs: 24 * hour, authorityMs: 240 * hour }

interface Kept {
  readonly keeper: Keeper
  readonly api: FakeApi
  /** Milliseconds since the beginning. */
  at: number
  readonly served: Served[]
  readonly steps: string[]
  readonly conflicts: string[]
  readonly reverts: string[]
  readonly matches: Map<string, Match>
  trusted: boolean
  /** Looks as often as the keeper wants, until so much time is over. */
  pass(ms: number): Promise<void>
}

/** One replica over an API server in memory, with a clock of its own. */
function start(configurations: readonly string[] = ['injector'], api: FakeApi = createFakeApi()): Kept {
  const kept: Kept = {
    api,
    at: 0,
    served: [],
    steps: [],
    conflicts: [],
    reverts: [],
    matches: new Map(),
    trusted: false,
    async pass(ms) {
      const end = kept.at + ms
      while (kept.at < end) {
        const next = (await kept.keeper.look()) - began
        // Far less than a caBundle needs to settle, and far more than there is time to test.
        kept.at = Math.min(end, Math.max(next, kept.at + (ms > hour ? hour / 4 : 50)))
      }
      await kept.keeper.look()
    },
    keeper: createKeeper({
      client: api.client,
      secret: secretName,
      service: { namespace, name: serviceName },
      configurations,
      lifetimes,
      clock: { now: () => began + kept.at, sleep: async () => undefined },
      random: () => 0,
      issuing: lazyIssuing,
      events: {
        onServe: (served) => void kept.served.push(served),
        onStep: ({ kind }) => void kept.steps.push(kind),
        onConflict: (object) => void kept.conflicts.push(object),
        onState: () => undefined,
        onMatch: (name, match) => void kept.matches.set(name, match),
        onTrusted: () => void (kept.trusted = true),
        onWritten: () => undefined,
        onReverted: (_name, managers) => void kept.reverts.push(managers.join()),
      },
    }),
  }
  return kept
}

function stateOf(api: FakeApi, now = began) {
  return readAuthorityState(api.secret() ?? new Map(), now)
}

function fingerprints(api: FakeApi, configuration = 'injector'): string[][] | undefined {
  return api.bundles(configuration)?.map((pem) => readBundle(pem).map(({ fingerprint }) => fingerprint))
}

t.test('the first look makes a CA, serves a certificate of it, and has every webhook trust it', async (t) => {
  const kept = start()
  kept.api.addConfiguration('injector')
  await kept.keeper.look()
  const { ca } = stateOf(kept.api)
  t.same(kept.steps, ['create'])
  t.same(fingerprints(kept.api), [[ca?.fingerprint], [ca?.fingerprint]])
  t.equal(kept.served[0]?.authority.fingerprint, ca?.fingerprint)
  t.notOk(kept.trusted, 'API servers may not have heard yet')
  await kept.pass(2000)
  t.ok(kept.trusted)
  t.equal(kept.matches.get('injector'), 'yes')
  t.equal(kept.api.writes(), 1)
  t.equal(kept.served.length, 1)
})

t.test('configurations are read before the Secret: so nothing that they have is unknown', async (t) => {
  const { api, keeper } = start(['injector', 'other'])
  api.addConfiguration('injector')
  const calls: string[] = []
  api.onCall = ({ method, path }) => void calls.push(`${method} ${path}`)
  await keeper.look()
  t.same(calls.slice(0, 4), [
    `GET ${configurationsPath}/injector`,
    `GET ${configurationsPath}/other`,
    `GET ${secretsPath}/${secretName}`,
    `POST ${secretsPath}`,
  ])
})

t.test(
  'a CA that is to change is trusted with the next one before that signs, and until it expires',
  async (t) => {
    const kept = start()
    const { api } = kept
    api.addConfiguration('injector')
    await kept.pass(2000)
    const first = stateOf(api).ca?.fingerprint
    await kept.pass(159 * hour)
    t.same(kept.steps, ['create'])

    await kept.pass(hour)
    const next = stateOf(api).next?.fingerprint
    t.same(kept.steps, ['create', 'prepare'])
    t.same(fingerprints(api), [
      [first, next],
      [first, next],
    ])
    t.equal(kept.served.at(-1)?.authority.fingerprint, first, 'it does not sign yet')

    await kept.pass(hour)
    t.same(kept.steps, ['create', 'prepare', 'promote'])
    t.equal(kept.served.at(-1)?.authority.fingerprint, next)
    t.notOk(api.secret()?.has(secretKeys.nextKey), 'one key is kept')
    t.same(
      new Set(fingerprints(api)?.[0]),
      new Set([first, next]),
      'others may serve certificates of the old one',
    )

    await kept.pass(80 * hour)
    t.same(kept.steps, ['create', 'prepare', 'promote', 'forget'])
    t.same(fingerprints(api), [[next], [next]])
  },
)

t.test('a next CA does not sign while one webhook does not trust it', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(2000)
  api.onCall = ({ method }) => {
    if (method === 'PATCH') throw new ClusterError('forbidden', 'no patch', { status: 403 })
  }
  kept.at = 165 * hour
  for (let looks = 0; looks < 10; looks++, kept.at += hour)
    await t.rejects(kept.keeper.look(), { code: 'forbidden' })
  t.same(kept.steps, ['create', 'prepare'])
  t.same(new Set(kept.served.map(({ authority }) => authority.fingerprint)).size, 1)
  api.onCall = () => undefined
  await kept.pass(2 * hour)
  t.same(kept.steps, ['create', 'prepare', 'promote'])
})

t.test('certificates are renewed while the API server is away', async (t) => {
  const kept = start()
  kept.api.addConfiguration('injector')
  await kept.pass(2000)
  kept.api.onCall = () => {
    throw new ClusterError('unreachable', 'away')
  }
  kept.at = 15 * hour
  await t.rejects(kept.keeper.look(), { code: 'unreachable' })
  t.equal(kept.served.length, 1, 'not before its time')
  kept.at = 17 * hour
  await t.rejects(kept.keeper.look(), { code: 'unreachable' })
  t.equal(kept.served.length, 2)
  t.equal(kept.served[1]?.expires, began + 41 * hour)
})

t.test('a start without an API server serves nothing, and makes nothing up', async (t) => {
  const kept = start()
  kept.api.onCall = () => {
    throw new ClusterError('unreachable', 'away')
  }
  await t.rejects(kept.keeper.look(), { code: 'unreachable' })
  t.same(kept.served, [])
  kept.api.onCall = ({ path }) => {
    if (path.startsWith(configurationsPath)) throw new ClusterError('forbidden', 'no get', { status: 403 })
  }
  await t.rejects(kept.keeper.look(), { code: 'forbidden' })
  t.same(kept.steps, [], 'no CA before it is known who is trusted')
})

t.test('what becomes of the Secret by the hand of others', async (t) => {
  const rows: { name: string; spoil: (secret: Map<string, string>) => void; steps: string[] }[] = [
    { name: 'no key', spoil: (secret) => secret.delete(secretKeys.caKey), steps: ['create'] },
    { name: 'no CA', spoil: (secret) => secret.delete(secretKeys.ca), steps: ['create'] },
    {
      name: 'a garbled key',
      spoil: (secret) => secret.set(secretKeys.caKey, '-----BEGIN'),
      steps: ['create'],
    },
    { name: 'a garbled CA', spoil: (secret) => secret.set(secretKeys.ca, 'x'), steps: ['create'] },
    { name: 'nothing', spoil: (secret) => secret.clear(), steps: ['create'] },
    { name: 'a garbled next CA', spoil: (secret) => secret.set(secretKeys.next, 'x'), steps: [] },
    { name: 'something else', spoil: (secret) => secret.set('mine', 'x'), steps: [] },
  ]
  for (const { name, spoil, steps } of rows) {
    const kept = start()
    const { api } = kept
    api.addConfiguration('injector')
    await kept.pass(2000)
    const old = stateOf(api).ca?.fingerprint
    const secret = api.secret() ?? new Map()
    spoil(secret)
    api.putSecret(secret)
    await kept.keeper.look()
    t.same(kept.steps, ['create', ...steps], name)
    t.ok(
      fingerprints(api)?.every((each) => each.includes(old ?? '')),
      `${name}: what is served stays trusted`,
    )
    t.equal(kept.served.at(-1)?.authority.fingerprint, old, `${name}: and goes on being served`)
    await kept.pass(120_000)
    t.equal(
      kept.served.at(-1)?.authority.fingerprint,
      stateOf(api).ca?.fingerprint,
      `${name}: later the new one`,
    )
    t.equal(api.secret()?.get('mine'), secret.get('mine'), `${name}: what is not ours stays`)
  }
})

t.test('a deleted Secret costs nobody a call', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(2000)
  const old = stateOf(api).ca?.fingerprint
  api.deleteSecret()
  // Another process, which has never seen the old CA but in the caBundle.
  const other = start(['injector'], api)
  await other.keeper.look()
  t.ok(fingerprints(api)?.every((each) => each.includes(old ?? '')))
  await kept.pass(120_000)
  t.equal(kept.served.at(-1)?.authority.fingerprint, stateOf(api).ca?.fingerprint)
})

t.test('an old CA that somebody takes out of the Secret is trusted no more', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(2000)
  const secret = api.secret() ?? new Map()
  secret.delete(secretKeys.caKey)
  api.putSecret(secret)
  await kept.pass(120_000)
  t.equal(fingerprints(api)?.[0]?.length, 2)
  const renewed = api.secret() ?? new Map()
  renewed.delete(secretKeys.previous)
  api.putSecret(renewed)
  await kept.keeper.look()
  t.same(fingerprints(api)?.[0], [stateOf(api).ca?.fingerprint])
})

t.test('a configuration that is not there is waited for, and holds nothing up', async (t) => {
  const kept = start(['injector', 'later'])
  kept.api.addConfiguration('injector')
  await kept.pass(2000)
  t.equal(kept.matches.get('later'), 'absent')
  t.ok(kept.trusted)
  kept.api.addConfiguration('later')
  await kept.keeper.look()
  await kept.keeper.look()
  t.equal(kept.matches.get('later'), 'yes')
})

t.test('webhooks that call somebody else are left alone', async (t) => {
  const kept = start(['injector'])
  const { api } = kept
  api.addConfiguration('injector', ['ours.example'])
  api.addWebhook('injector', 'other.example', { service: { namespace, name: 'other' } })
  api.addWebhook('injector', 'url.example', { url: 'https://injector.example/inject' })
  await kept.keeper.look()
  const [ours, other, url] = api.bundles('injector') ?? []
  t.equal(readBundle(ours ?? '').length, 1)
  t.equal(other, '')
  t.equal(url, ours)
})

t.test('whoever reverts is named, does not win, and is answered once a second at most', async (t) => {
  const foreign = Buffer.from('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n').toString(
    'base64',
  )
  for (const everyMs of [1000, 100]) {
    const one = start()
    const { api } = one
    const two = start(['injector'], api)
    api.addConfiguration('injector')
    await one.pass(2000)
    two.at = one.at
    await two.keeper.look()
    const before = api.writes() + api.releases()
    let rightMs = 0
    const seconds = 30
    for (let ms = 0; ms < seconds * 1000; ms += 20) {
      if (ms % everyMs === 0) api.overwrite('injector', foreign, 'gitops')
      one.at = two.at = one.at + 20
      // Both are woken by every change; whoever is first differs.
      const order = ms % 40 === 0 ? [one, two] : [two, one]
      for (const { keeper } of order) await keeper.look()
      if (fingerprints(api)?.[0]?.length === 1) rightMs += 20
    }
    const writes = api.writes() + api.releases() - before
    t.ok(writes <= seconds + 1, `every ${everyMs} ms: ${writes} writes in ${seconds} s, by two replicas`)
    t.ok(writes >= seconds - 2, `every ${everyMs} ms: and not fewer: ${writes}`)
    if (everyMs === 1000) t.ok(rightMs > seconds * 900, `right for ${rightMs} ms`)
    t.same(new Set([...one.reverts, ...two.reverts]), new Set(['gitops']))
  }
})

t.test('a clock that is set back keeps nothing waiting', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(1500)
  api.overwrite('injector', undefined, 'gitops')
  await kept.pass(500)
  kept.at -= hour
  api.overwrite('injector', undefined, 'gitops')
  await kept.pass(1500)
  t.same(
    fingerprints(api)?.map(({ length }) => length),
    [1, 1],
    'what is wrong is put right',
  )
  await kept.pass(2500)
  t.same(api.owners('injector'), [], 'and given up')
})

t.test('what is new was reverted by nobody', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(5000)
  api.addWebhook('injector', 'new.example', { service: { namespace, name: serviceName } })
  await kept.pass(2000)
  t.equal(fingerprints(api)?.length, 3)
  t.ok(fingerprints(api)?.every(({ length }) => length === 1))
  api.removeConfiguration('injector')
  await kept.pass(1000)
  api.addConfiguration('injector')
  await kept.pass(1000)
  t.same(
    fingerprints(api)?.map(({ length }) => length),
    [1, 1],
  )
  t.same(kept.reverts, [])
  api.overwrite('injector', undefined, 'gitops')
  await kept.pass(2000)
  t.same(kept.reverts, ['gitops'])
})

t.test('what was written is given up when it was left alone, and only then', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(1500)
  t.same(api.owners('injector'), ['eks-sidecar-injector'])
  await kept.pass(1500)
  t.same(api.owners('injector'), [], 'so that others can take webhooks away')
  const right = api.bundles('injector')
  await kept.pass(30_000)
  t.same(api.bundles('injector'), right)
  t.equal(api.releases(), 1)
  t.equal(api.writes(), 1)
})

t.test('a Secret that cannot be written does not keep certificates from being renewed', async (t) => {
  const kept = start()
  const { api } = kept
  api.addConfiguration('injector')
  await kept.pass(2000)
  api.onCall = ({ method }) => {
    if (method === 'PUT') throw new ClusterError('forbidden', 'no update', { status: 403 })
  }
  kept.at = 170 * hour
  await t.rejects(kept.keeper.look(), { code: 'forbidden' })
  t.equal(kept.served.length, 2)
})

t.test('conflicts without end are an error, not an endless loop', async (t) => {
  const kept = start()
  kept.api.addConfiguration('injector')
  kept.api.onCall = ({ method }) => {
    if (method === 'POST')
      throw new ClusterError('conflict', 'already there', { status: 409, reason: 'AlreadyExists' })
  }
  await t.rejects(kept.keeper.look(), { code: 'conflict' })
  t.ok(kept.conflicts.length < 20)
})
