import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readAuthorityState, secretKeys } from '../../src/tls/authority.ts'
import { nextAuthorityStep } from '../../src/tls/authority-step.ts'
import { isSameBundle, readBundle, trusts } from '../../src/tls/bundle.ts'
import { serviceNames } from '../../src/tls/change-authority.ts'
import { createCarried } from '../../src/tls/carried.ts'
import { issueAuthority, issueLeaf } from '../../src/tls/issue.ts'
import { renewalTime } from '../../src/tls/lifetimes.ts'
import { folder } from '../server/harness.ts'

const now = new Date('2026-11-24T12:00:00Z')
const day = 24 * 60 * 60 * 1000

const ca = await issueAuthority({ name: 'one', now, lifetimeMs: 30 * day })
const other = await issueAuthority({ name: 'other', now, lifetimeMs: 30 * day })
const leaf = await issueLeaf({ authority: ca, names: ['a.svc'], now, lifetimeMs: day })

t.test('a bundle is read as Go reads it: what is no certificate is passed over', async (t) => {
  const rows: [name: string, pem: string, count: number][] = [
    ['nothing', '', 0],
    ['no PEM', 'MIIB', 0],
    ['a key', ca.key, 0],
    ['a garbled certificate', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n', 0],
    ['one', ca.cert, 1],
    ['with words around it', `# ours\n${ca.cert}\n# and theirs\n${other.cert}`, 2],
    ['one twice', ca.cert + ca.cert, 1],
    [
      'one after a garbled one',
      `-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n${ca.cert}`,
      1,
    ],
  ]
  for (const [name, pem, count] of rows) t.equal(readBundle(pem).length, count, name)
  t.ok(isSameBundle(readBundle(ca.cert + other.cert), readBundle(other.cert + ca.cert)))
  t.notOk(isSameBundle(readBundle(ca.cert), readBundle(other.cert)))
})

t.test('whether a client that trusts a bundle takes a chain', async (t) => {
  const impostor = await issueAuthority({ name: 'one', now, lifetimeMs: 30 * day })
  const rows: [name: string, bundle: string, chain: string, trusted: boolean][] = [
    ['an empty bundle', '', leaf.cert, false],
    ['another CA', other.cert, leaf.cert, false],
    ['another CA of the same name', impostor.cert, leaf.cert, false],
    ['its CA', other.cert + ca.cert, leaf.cert, true],
    ['itself', leaf.cert, leaf.cert, true],
    ['its CA, with a chain', ca.cert, leaf.cert + ca.cert, true],
    ['a certificate of the chain that has not issued the first', other.cert, leaf.cert + other.cert, false],
    ['no chain', ca.cert, '', false],
  ]
  for (const [name, bundle, chain, trusted] of rows)
    t.equal(trusts(readBundle(bundle), readBundle(chain)), trusted, name)
})

t.test('a CA whose key openssl has written signs; of another kind of key it is a fault', async (t) => {
  const directory = folder()
  const made = (algorithm: readonly string[], pairs: string) => {
    const [cert, key] = [join(directory, 'ca.pem'), join(directory, 'ca-key.pem')]
    const request = ['req', '-x509', '-days', '3650', '-nodes', '-subj', '/CN=mine']
    execFileSync('openssl', [...request, ...algorithm, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const traditional = execFileSync('openssl', ['pkey', '-in', key, '-traditional'], { encoding: 'utf8' })
    t.match(traditional, pairs)
    const values = new Map([
      [secretKeys.ca, readFileSync(cert, 'utf8')],
      [secretKeys.caKey, traditional],
    ])
    return readAuthorityState(values, Date.now())
  }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const { ca: authority, faults } = made(curve, 'BEGIN EC PRIVATE KEY')
  t.same(faults, [])
  if (authority === undefined) throw new Error('no CA')
  const signed = await issueLeaf({ authority, names: ['a.svc'], now: new Date(), lifetimeMs: day })
  t.ok(trusts(readBundle(authority.cert), readBundle(signed.cert)))
  t.match(made(['-newkey', 'rsa:2048'], 'BEGIN RSA PRIVATE KEY'), {
    ca: undefined,
    faults: ['ca.key is no key of ECDSA P-256'],
  })
})

t.test('a certificate never ends after its CA', async (t) => {
  const late = new Date(now.getTime() + 29 * day)
  const cut = await issueLeaf({ authority: ca, names: ['a.svc'], now: late, lifetimeMs: 7 * day })
  t.equal(readBundle(cut.cert)[0]?.expires, readBundle(ca.cert)[0]?.expires)
})

t.test(
  'a CA and what it signs are strict enough for openssl, beside another CA in one bundle',
  { skip: spawnSync('openssl', ['version']).status === 0 ? false : 'no openssl here' },
  async (t) => {
    const directory = folder()
    const today = new Date()
    const [one, two] = [
      await issueAuthority({ name: 'eks-sidecar-injector CA 1', now: today, lifetimeMs: 365 * day }),
      await issueAuthority({ name: 'eks-sidecar-injector CA 2', now: today, lifetimeMs: 365 * day }),
    ]
    const names = serviceNames({ namespace: 'istio-system', name: 'injector' })
    const server = await issueLeaf({ authority: two, names, now: today, lifetimeMs: 30 * day })
    const [bundle, cert] = [join(directory, 'ca.pem'), join(directory, 'tls.pem')]
    writeFileSync(bundle, one.cert + two.cert)
    writeFileSync(cert, server.cert)
    for (const name of names) {
      const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', name]
      const said = execFileSync('openssl', [...args, '-CAfile', bundle, cert], { encoding: 'utf8' })
      t.match(said, /: OK\n$/, name)
    }
  },
)

t.test('renewals come when two thirds are over, and not all at the same time', async (t) => {
  t.equal(renewalTime(0, 300, 0), 200)
  t.equal(renewalTime(0, 300, 1), 210)
})

/** As a Secret has them. */
function values(pairs: Partial<Record<keyof typeof secretKeys, string>>): Map<string, string> {
  const given = new Map(Object.entries(pairs))
  return new Map(
    Object.entries(secretKeys).flatMap(([name, key]) => {
      const value = given.get(name)
      return value === undefined ? [] : [[key, value] as const]
    }),
  )
}

t.test('the next step of a Secret', async (t) => {
  const at = (days: number) => now.getTime() + days * day
  const later = await issueAuthority({ name: 'later', now: new Date(at(20)), lifetimeMs: 30 * day })
  const present = { ca: ca.cert, caKey: ca.key }
  const next = { next: later.cert, nextKey: later.key }
  const rows: [name: string, secret: Map<string, string>, days: number, carried: string, step: string][] = [
    ['an empty Secret', values({}), 0, 'no', 'create: the Secret has none'],
    ['no key', values({ ca: ca.cert }), 0, 'no', 'create: ca.key is no private key'],
    ['no certificate', values({ caKey: ca.key }), 0, 'no', 'create: ca.crt is no certificate'],
    ['no CA', values({ ca: leaf.cert, caKey: leaf.key }), 0, 'no', 'create: ca.crt is no CA'],
    [
      "another CA's key",
      values({ ca: ca.cert, caKey: other.key }),
      0,
      'no',
      'create: ca.key belongs to another certificate',
    ],
    ['an expired CA', values(present), 31, 'no', 'create: ca.crt has expired on 2026-12-24T12:00:00.000Z'],
    ['a CA in its prime', values(present), 19, 'no', 'none'],
    [
      'a CA that has to be renewed',
      values(present),
      20.1,
      'no',
      'prepare: two thirds of the life of the CA are over',
    ],
    ['a next one that nobody trusts', values({ ...present, ...next }), 21, 'no', 'none'],
    ['a next one that was put there just now', values({ ...present, ...next }), 21, 'now', 'none'],
    [
      'a next one that is trusted',
      values({ ...present, ...next }),
      21,
      'settled',
      'promote: every webhook configuration carries it',
    ],
    [
      'a next one that was put there in the last moment',
      values({ ...present, ...next }),
      28,
      'now',
      'promote: the CA expires soon',
    ],
    ['a next one alone', values(next), 21, 'no', 'promote: nothing else can sign: the Secret has none'],
    [
      'one before that is good still',
      values({ ca: later.cert, caKey: later.key, previous: ca.cert }),
      29,
      'no',
      'none',
    ],
    [
      'one before that has expired',
      values({ ca: later.cert, caKey: later.key, previous: ca.cert }),
      30,
      'no',
      'forget: what they have signed has expired',
    ],
  ]
  for (const [name, secret, days, carried, expected] of rows) {
    const step = nextAuthorityStep(readAuthorityState(secret, at(days)), {
      now: at(days),
      jitter: 0,
      isCarried: () => carried !== 'no',
      isSettled: () => carried === 'settled',
    })
    t.equal(step === undefined ? 'none' : `${step.kind}: ${step.reason}`, expected, name)
  }
})

t.test('what all carry, and since when', async (t) => {
  const carried = createCarried()
  t.notOk(carried.isCarried('a'), 'nothing was seen')
  carried.saw([new Set(['a', 'b']), new Set(['a'])], 0)
  t.ok(carried.isCarried('a'))
  t.notOk(carried.isCarried('b'), 'one has it not')
  carried.saw([new Set(['a']), new Set(['a'])], 10)
  t.ok(carried.isCarriedFor('a', 10, 10))
  carried.saw([new Set(['a']), new Set()], 20)
  t.notOk(carried.isCarried('a'))
  carried.saw([new Set(['a']), new Set(['a'])], 30)
  t.notOk(carried.isCarriedFor('a', 10, 35), 'from the beginning again')
  carried.saw([new Set(['a'])], 5)
  t.ok(carried.isCarriedFor('a', 10, 15), 'the clock was set back')
  carried.saw([], 40)
  t.ok(carried.isCarriedFor('c', 10, 40), 'of none, all do')
})
