/**
 * A release and the one before it answer alike for the same ConfigMaps, but for pods that use what has changed: so that a
 * trait is read where it matters and nowhere else. `RUNS=200 SEED=2` says how many pods for each pair, and which.
 */
import t from 'tap'
import { SettingsError } from '../../src/injection/errors.ts'
import { annotationRules } from '../../src/istio/annotation-rules.ts'
import { proxyConfigDefaults } from '../../src/istio/mesh-defaults.ts'
import type { Release } from '../../src/istio/release.ts'
import { traitsOf } from '../../src/istio/trait-rows.ts'
import { answer } from './answers.ts'
import { seeded } from './mutate.ts'
import { randomPod } from './pods.ts'
import { allReleases, asRelease, configMaps, type ReleaseSettings } from './release-settings.ts'
import { isUsed, isUsedByAll } from './trait-uses.ts'

const runs = Number(process.env['RUNS'] ?? 15)
const seed = Number(process.env['SEED'] ?? 1)

t.test(
  'neighbours differ in nothing but what their rows say',
  { skip: configMaps === undefined && 'the shared test data is not there' },
  async (t) => {
    const wrong: string[] = []
    const releases = allReleases({ nativeSidecars: false })
    for (const [index, newer] of releases.entries()) {
      const before = releases[index - 1]
      const older = before && ofOlder(newer, before.tag)
      if (older !== undefined) wrong.push(...differences(older, newer))
    }
    t.same(wrong.slice(0, 5), [])
  },
)

/** The newer one's texts in the hands of the older; undefined if it cannot read them. */
function ofOlder(newer: ReleaseSettings, tag: string): ReleaseSettings | undefined {
  try {
    return asRelease(newer, tag)
  } catch (error) {
    if (error instanceof SettingsError) return undefined
    throw error
  }
}

function differences(older: ReleaseSettings, newer: ReleaseSettings): string[] {
  const changes = changedTraits(older.release, newer.release)
  if (changes.some(isUsedByAll)) return []
  const wrong: string[] = []
  for (let run = 0; run < runs; run++) {
    const pod = randomPod(seeded(seed * 1_000_003 + run))
    if (changes.some((change) => isUsed(change, pod))) continue
    const [left, right] = [older, newer].map(({ settings }) => answer(settings, pod))
    if (left !== right) wrong.push(`${newer.tag} as ${older.tag}: RUNS=${run + 1} SEED=${seed}`)
  }
  return wrong
}

/** Names of traits such as `decision.label`, and of the tables beside them. */
function changedTraits(older: Release, newer: Release): string[] {
  const isOther = (table: (release: Release) => unknown): boolean =>
    JSON.stringify(table(older)) !== JSON.stringify(table(newer))
  return [
    ...paths(traitsOf(older), traitsOf(newer), ''),
    ...(isOther(annotationRules) ? ['rules'] : []),
    ...(isOther(proxyConfigDefaults) ? ['defaults'] : []),
    ...(older.minor === newer.minor ? [] : ['messages']),
  ]
}

function paths(older: unknown, newer: unknown, path: string): string[] {
  if (String(older) === String(newer) && !isGroup(older)) return []
  if (!isGroup(older) || !isGroup(newer)) return [path]
  return Object.keys(older).flatMap((key) =>
    paths(Reflect.get(older, key), Reflect.get(newer, key), path === '' ? key : `${path}.${key}`),
  )
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp)
}
