/**
 * Replicas that keep one CA together, with calls that overtake each other, get lost or come late, processes that die and
 * Secrets that are deleted: whoever is ready is trusted by every API server, at every moment. `RUNS=200 SEED=2` says how
 * many worlds, and which.
 */
import t from 'tap'
import { secretKeys } from '../../src/tls/authority.ts'
import { settleMs } from '../../src/tls/lifetimes.ts'
import { pick, seeded, type Random } from './mutate.ts'
import { createWorld, type World } from './replicas.ts'

const runs = Number(process.env['RUNS'] ?? 6)
const firstSeed = Number(process.env['SEED'] ?? 1)
const events = 5000

const lifetimes = { certificateMs: 200_000, authorityMs: 600_000 }

/** How late an API server may learn of a configuration, in general and when a replica gets ready. */
const lag = settleMs(lifetimes) * 0.9
const firstLag = 900

t.test('whoever is ready is trusted, whatever happens', async (t) => {
  const steps = new Map<string, number>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = seeded(seed)
    const world = createWorld(lifetimes, () => random(1000) / 1000, Date.UTC(2026, 10, 24))
    const fault = (await live(world, random)) ?? (await calmDown(world))
    for (const step of world.steps()) steps.set(step, (steps.get(step) ?? 0) + 1)
    world.close()
    if (fault !== undefined) t.fail(`SEED=${seed}: ${fault}`)
  }
  t.comment(Object.fromEntries(steps))
  for (const step of ['create', 'prepare', 'promote', 'forget']) {
    t.ok((steps.get(step) ?? 0) >= runs, `every world knows "${step}"`)
  }
})

/** The first fault, if any. */
async function live(world: World, random: Random): Promise<string | undefined> {
  world.api.addConfiguration('first')
  await world.start()
  await world.start()
  for (let event = 0; event < events; event++) {
    await happen(world, random)
    const fault = faultOf(world)
    if (fault !== undefined) return `event ${event}: ${fault}`
  }
  return undefined
}

async function happen(world: World, random: Random): Promise<void> {
  const { api, flights } = world
  const replicas = [...world.replicas]
  const rare = random(2000)
  if (rare < 8) world.crash(pick(random, replicas))
  if (rare === 10) api.deleteSecret()
  if (rare === 11) spoil(world, random)
  if (rare === 12 && api.bundles('second') === undefined) api.addConfiguration('second')
  if (rare === 13) for (const replica of replicas) replica.keeping.wake()
  if (world.replicas.size === 0 || (rare === 20 && replicas.length < 4)) await world.start()
  const flying = flights.filter(({ stuckUntil }) => stuckUntil <= world.now())
  if (flying.length === 0 || random(100) < 10) return world.pass(pick(random, [10, 100, 1000, 10_000]))
  const flight = pick(random, flying)
  if (random(50) === 0) {
    flight.stuckUntil = world.now() + random(pick(random, [20_000, 100_000, 2_000_000]))
    return
  }
  const fault = random(60) === 0 ? pick(random, ['before', 'after'] as const) : undefined
  await world.progress(flight, fault)
}

/** What a hand with an editor may do to the Secret. */
function spoil({ api }: World, random: Random): void {
  const values = api.secret()
  if (values === undefined) return
  const key = pick(random, [secretKeys.ca, secretKeys.caKey, secretKeys.next, secretKeys.nextKey])
  if (random(2) === 0) values.delete(key)
  else values.set(key, 'garbled')
  api.putSecret(values)
}

/** Is there anybody ready whose certificate an API server refuses? */
function faultOf(world: World): string | undefined {
  const now = world.now()
  for (const { served, trustedAt } of world.replicas) {
    if (served === undefined || trustedAt === undefined) continue
    if (served.expires <= now) return 'an expired certificate is served'
    for (const name of world.configurations) {
      const { fingerprint } = served.authority
      const seen = world.seen(name, Math.max(now - lag, trustedAt - firstLag))
      const without = seen.filter(({ fingerprints }) => !fingerprints.every((each) => each.has(fingerprint)))
      if (without.length > 0) {
        return `${name} had no ${fingerprint.slice(0, 8)} ${(now - (without[0]?.from ?? 0)) / 1000} s ago`
      }
    }
  }
  return undefined
}

/** Nothing bad happens any more: before long all agree. */
async function calmDown(world: World): Promise<string | undefined> {
  const end = world.now() + lifetimes.authorityMs
  while (world.now() < end) {
    const [flight] = world.flights
    await (flight === undefined ? world.pass(10_000) : world.progress(flight))
    const fault = faultOf(world)
    if (fault !== undefined) return `in the calm: ${fault}`
  }
  const unready = [...world.replicas].filter(({ trustedAt }) => trustedAt === undefined)
  return unready.length === 0 ? undefined : `${unready.length} replicas are not ready after the calm`
}
