/** Mutated ConfigMaps: they are refused as a whole or give every pod a documented answer. See `runs` for how many. */
import t from 'tap'
import { handleReview } from '../../src/admission/handle.ts'
import { SettingsError } from '../../src/injection/errors.ts'
import { inject } from '../../src/injection/inject.ts'
import { compileSettings, type Settings, type SettingsSource } from '../../src/injection/settings.ts'
import { replica } from '../../bench/server/pods.ts'
import { mutateBytes, pick, seeded } from './mutate.ts'
import { runs, sources } from './samples.ts'

const { mutations, seed } = runs(300)
const review = replica(1)

/** A config that takes longer stops the server for as long. */
const longestMs = 2000

for (const [name, source] of sources) {
  t.test(`${mutations} mutated settings of ${name} are refused or work`, async (t) => {
    const wrong: string[] = []
    for (let index = 0; index < mutations && wrong.length < 5; index++) {
      const start = performance.now()
      const fault =
        check(mutated(source, index)) ?? (performance.now() - start > longestMs ? 'too slow' : undefined)
      if (fault !== undefined) wrong.push(`${fault}: MUTATIONS=${index + 1} SEED=${seed}`)
    }
    t.same(wrong, [])
  })
}

function mutated(source: SettingsSource, index: number): SettingsSource {
  const random = seeded(seed * 1_000_003 + index)
  const key = pick(random, ['config', 'config', 'config', 'mesh', 'values'] as const)
  let bytes: Buffer = Buffer.from(source[key] ?? '')
  for (let changes = 1 + random(3); changes > 0 && bytes.length > 0; changes--)
    bytes = mutateBytes(random, bytes)
  return { ...source, [key]: bytes.toString() }
}

function check(source: SettingsSource): string | undefined {
  let settings: Settings
  try {
    settings = compileSettings(source)
  } catch (error) {
    return error instanceof SettingsError ? undefined : `a defect when compiling: ${String(error)}`
  }
  const { status, defect } = handleReview((request) => inject(settings, request), review, '')
  if (defect !== undefined) return `a defect when injecting: ${String(defect.cause)}`
  return status === 200 ? undefined : `status ${status}`
}
