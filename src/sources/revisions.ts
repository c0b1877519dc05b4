import { join } from 'node:path'
import { misnamed, noneUsable } from './errors.ts'
import { follow, type FollowTimes } from './follow.ts'
import { listRevisions } from './list-revisions.ts'
import { revisionFolder, type RevisionFolder } from './revision-folder.ts'
import type { SettingsTexts } from './texts.ts'

export interface RevisionsOptions<T> extends FollowTimes {
  /** Has a folder for each revision, named as it is. */
  readonly directory: string
  /** Makes the settings of one revision. Where it throws, the last good ones of that revision stay, and all others. */
  readonly compile: (revision: string, texts: SettingsTexts) => T | Promise<T>
  /** Told of the settings of one revision. */
  readonly onLoad: (revision: string, settings: T, generation: number) => void
  /** Told, once a state of its files, why a revision cannot be loaded; the revision is '' for the folder of them all. */
  readonly onError: (revision: string, error: unknown) => void
  /** Told that what was wrong with a revision is there no more, where nothing was loaded in its place. */
  readonly onForgiven: (revision: string) => void
  /** Told of a revision whose folder is gone. */
  readonly onGone: (revision: string) => void
  /** Told of the settings of all revisions when any has come, changed or gone; the first time before this resolves. */
  readonly onChange: (all: ReadonlyMap<string, T>) => void
}

export interface RevisionsSource {
  /** Looks now, rather than at the next event or poll. */
  check(): Promise<void>
  close(): void
}

/**
 * Reads a folder of folders and follows it: each is a revision with settings of its own, which come, change and go
 * without the others. Rejects if the folder cannot be read, or if not one revision can be used to start with.
 */
export async function openRevisions<T>(options: RevisionsOptions<T>): Promise<RevisionsSource> {
  const { directory, onError, onForgiven, onGone, onChange, debounceMs, pollMs } = options
  const revisions = new Map<string, RevisionFolder<T>>()
  const problems = new Map<string, unknown>()
  let told: ReadonlyMap<string, T> = new Map()
  let closed = false

  async function look(): Promise<'settled' | 'unsettled'> {
    const { names, misnamed: others } = await listRevisions(directory)
    if (closed) return 'settled'
    for (const name of problems.keys()) if (![...names, ...others].includes(name)) forgive(name)
    for (const name of others) reportOnce(name, misnamed(name))
    for (const name of names) if (!revisions.has(name)) revisions.set(name, open(name))
    for (const name of revisions.keys()) if (!names.includes(name)) forget(name)
    const looks = await Promise.all([...revisions.values()].map((revision) => revision.look()))
    publish()
    return looks.includes('unsettled') ? 'unsettled' : 'settled'
  }

  function open(name: string): RevisionFolder<T> {
    return revisionFolder(join(directory, name), {
      compile: (texts) => options.compile(name, texts),
      onLoad(settings, generation) {
        problems.delete(name)
        if (!closed) options.onLoad(name, settings, generation)
      },
      onError: (error) => report(name, error),
    })
  }

  function report(name: string, error: unknown): void {
    problems.set(name, error)
    if (!closed) onError(name, error)
  }

  /** For what every look finds again. */
  function reportOnce(name: string, error: unknown): void {
    if (String(problems.get(name)) !== String(error)) report(name, error)
  }

  /** What was wrong is there no more. */
  function forgive(name: string): void {
    problems.delete(name)
    onForgiven(name)
  }

  function forget(name: string): void {
    revisions.delete(name)
    if (told.has(name)) onGone(name)
  }

  function publish(): void {
    const all = new Map<string, T>()
    for (const [name, { settings }] of revisions) if (settings !== undefined) all.set(name, settings)
    const isSame = all.size === told.size && [...all].every(([name, settings]) => told.get(name) === settings)
    if (closed || isSame) return
    told = all
    onChange(all)
  }

  await look()
  if (told.size === 0) throw noneUsable(directory, problems)
  const follower = follow({
    directories: () => [directory, ...[...revisions.keys()].map((name) => join(directory, name))],
    look,
    onError: (error) => reportOnce('', error),
    debounceMs,
    pollMs,
  })
  return {
    check: () => follower.check(),
    close() {
      closed = true
      follower.close()
    },
  }
}
