/**
 * The property tests with more of everything: `npm run fuzz -- [--mutations 10000] [--seed 1] [--templates 20000]`.
 * Reviews and ConfigMaps are mutated; random templates go through Go's own engine as well, where there is Go. Another
 * seed gives other mutations; what fails is printed with the one that shows it.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values: flags } = parseArgs({
  options: {
    mutations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    templates: { type: 'string', default: '20000' },
  },
})
const { mutations, seed, templates } = flags

/** Seconds that a test may take: ten thousand mutated ConfigMaps of 100 KB are compiled in a minute. */
const timeout = '900'

const programs = [['reviews.test.ts'], ['configs.test.ts'], ['template-fuzz.ts', seed, templates]] as const

const failed = programs.filter((program) => !succeeds(program))
process.exitCode = failed.length === 0 ? 0 : 1

function succeeds([file, ...args]: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, [`${import.meta.dirname}/${file}`, ...args], {
    stdio: 'inherit',
    env: { ...process.env, MUTATIONS: mutations, SEED: seed, TAP_TIMEOUT: timeout },
  })
  return status === 0
}
