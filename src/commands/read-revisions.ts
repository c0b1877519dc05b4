import { join } from 'node:path'
import type { Settings } from '../injection/settings.ts'
import { defaultRevision, severalRevisions, soleRevision, type Revisions } from '../revisions/revisions.ts'
import { misnamed, noneUsable } from '../sources/errors.ts'
import { listRevisions, type RevisionFolders } from '../sources/list-revisions.ts'
import { readSettingsFolder, settingsFiles, type SettingsTexts } from '../sources/texts.ts'
import { CommandError } from './errors.ts'
import { reasonOf } from './input.ts'
import { compileFiles, readSettings } from './read-settings.ts'
import { revisionsFolder, type RevisionsFolder } from './revisions-folder.ts'
import type { SettingsFlags } from './settings-options.ts'

/**
 * The revisions that flags name, for commands that work without a cluster: those of a folder, `--revision` of them, or
 * one set of settings. Of a folder, what cannot be used is told to `warn` and left out. Throws CommandError, and
 * RevisionsError if nothing is left.
 */
export async function readRevisions(
  flags: SettingsFlags,
  warn: (message: string) => void,
): Promise<Revisions> {
  const folder = revisionsFolder(flags)
  if (folder === undefined) return soleRevision(flags.revision ?? defaultRevision, await readSettings(flags))
  if (flags.revision === undefined) return readAll(folder, flags, warn)
  const name = await nameIn(folder, flags.revision)
  const tags = [...folder.tags].filter(([, revision]) => revision === name)
  return soleRevision(name, await readRevision(folder, name, flags), new Map(tags))
}

/** The settings for kube-inject, for which no labels choose: of `--revision`, or the default ones. Throws CommandError. */
export async function readManualSettings(flags: SettingsFlags): Promise<Settings> {
  const folder = revisionsFolder(flags)
  if (folder === undefined) return readSettings(flags)
  const name = await nameIn(folder, flags.revision ?? defaultRevision)
  // As istioctl's, which calls the default revision nothing unless it is told.
  const revision = name === defaultRevision ? (flags.revision ?? '') : name
  return readRevision(folder, name, flags, revision)
}

async function readAll(
  folder: RevisionsFolder,
  flags: SettingsFlags,
  warn: (message: string) => void,
): Promise<Revisions> {
  const { names, misnamed: others } = await list(folder)
  for (const name of others) warn(misnamed(name).message)
  const all = new Map<string, Settings>()
  const problems = new Map<string, CommandError>()
  for (const name of names) {
    try {
      all.set(name, await readRevision(folder, name, flags))
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      problems.set(name, error)
    }
  }
  if (all.size === 0) throw noneUsable(folder.directory, problems)
  for (const [name, { message }] of problems) warn(`revision ${name} is left out: ${message}`)
  return severalRevisions(all, folder.tags)
}

/** The revision that is named, or that a tag of this name stands for. */
async function nameIn(folder: RevisionsFolder, named: string): Promise<string> {
  const name = folder.tags.get(named) ?? named
  const { names } = await list(folder)
  if (names.includes(name)) return name
  const what = name === named ? name : `${name}, for which tag ${named} stands`
  throw new CommandError(`${folder.directory} has no revision ${what}; it has ${names.join(', ') || 'none'}`)
}

async function list({ directory }: RevisionsFolder): Promise<RevisionFolders> {
  try {
    return await listRevisions(directory)
  } catch (error) {
    throw new CommandError(`${directory}: ${reasonOf(error)}`, { cause: error })
  }
}

/** `revision` is what templates are told it is called. */
async function readRevision(
  { directory }: RevisionsFolder,
  name: string,
  flags: SettingsFlags,
  revision: string = name,
): Promise<Settings> {
  const paths = Object.fromEntries(settingsFiles.map((file) => [file, join(directory, name, file)]))
  return compileFiles(await readTexts(join(directory, name)), paths, flags, revision)
}

async function readTexts(folder: string): Promise<SettingsTexts> {
  try {
    return await readSettingsFolder(folder)
  } catch (error) {
    const path = error instanceof Error && 'path' in error ? String(error.path) : folder
    throw new CommandError(`${path}: ${reasonOf(error)}`, { cause: error })
  }
}
