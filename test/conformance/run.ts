/**
 * Compares our answers with those of Istio's own injectors: `npm run conformance -- [NAME …] [--verbose] [--write]`.
 * Names choose suites that contain one of them; `--write` writes docs/conformance.md. Exit code 1: a case differs that
 * differences.ts does not name, one that it names does not, or the page is not what a whole run gives.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sharedData } from '../shared-data.ts'
import { compareSuite, type Compared } from './compare.ts'
import { Folder } from './data.ts'
import { knownDifferences } from './differences.ts'
import { conformancePage } from './page.ts'
import { allSuites } from './suites.ts'

const { values: flags, positionals: only } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
})

/** Faults of a suite that are shown without --verbose. */
const shown = 3

const page = new URL('../../docs/conformance.md', import.meta.url)

const path = sharedData('.')
if (path === undefined) console.log('conformance: skipped, the shared test data is missing')
else process.exitCode = runAll(new Folder(path)) ? 0 : 1

/** True if nothing is wrong. */
function runAll(root: Folder): boolean {
  const suites = allSuites(root).filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  )
  const missing = suites.filter(({ data }) => !root.has(data))
  for (const { name } of missing) console.log(`${name}: skipped, its data is missing`)

  const compared = suites
    .filter(({ data }) => root.has(data))
    .map((suite) => compareSuite(suite, flags.verbose))
  for (const each of compared) report(each)

  const cases = sum(compared, ({ ids }) => ids.length)
  const equal = sum(compared, (each) => each.equal)
  const explained = sum(compared, (each) => each.explained.length)
  const untold = sum(compared, (each) => each.untold.length)
  const faults = sum(compared, (each) => each.faults.length)
  console.log(
    `${cases} cases: ${equal} equal, ${explained} explained, ${untold} cannot be told, ${faults} wrong`,
  )
  const isWhole = only.length === 0 && missing.length === 0
  return faults === 0 && (!isWhole || (everythingIsNamed(compared) && pageIsCurrent(root, compared)))
}

function report({ suite, ids, equal, explained, untold, faults }: Compared): void {
  for (const { id, difference } of flags.verbose ? faults : faults.slice(0, shown)) {
    console.log(`    ${id}: ${difference}`)
  }
  const note =
    (explained.length === 0 ? '' : `  ${explained.length} explained`) +
    (untold.length === 0 ? '' : `  ${untold.length} cannot be told`)
  console.log(
    `${suite.name.padEnd(60)} ${String(equal).padStart(4)} of ${String(ids.length).padStart(4)}${note}`,
  )
}

/** A name in differences.ts that no case has is a mistake. */
function everythingIsNamed(compared: readonly Compared[]): boolean {
  const ids = new Set(compared.flatMap((each) => each.ids))
  const unknown = [...knownDifferences.keys()].filter((id) => !ids.has(id))
  for (const id of unknown) console.log(`differences.ts names ${id}, which is no case`)
  return unknown.length === 0
}

function pageIsCurrent(root: Folder, compared: readonly Compared[]): boolean {
  const text = conformancePage(root, compared)
  if (flags.write) writeFileSync(page, text)
  if (readFileSync(page, 'utf8') === text) return true
  console.log('docs/conformance.md is not what this run gives: npm run conformance -- --write')
  return false
}

function sum(compared: readonly Compared[], count: (each: Compared) => number): number {
  return compared.reduce((total, each) => total + count(each), 0)
}
