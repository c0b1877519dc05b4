import { join } from 'node:path'
import { stateOf } from './file-texts.ts'
import { readSettingsFolder, settingsFiles, type SettingsTexts } from './texts.ts'

export interface RevisionFolderOptions<T> {
  /** Makes the settings of the texts; where it throws, the last good ones stay. */
  readonly compile: (texts: SettingsTexts) => T | Promise<T>
  /** Told of all settings that could be made. */
  readonly onLoad: (settings: T, generation: number) => void
  /** Told, once a state of the files, why none could be made of it. */
  readonly onError: (error: unknown) => void
}

/** The settings of one revision, out of its folder. */
export interface RevisionFolder<T> {
  /** The last good ones; undefined as long as there were none. */
  readonly settings: T | undefined
  /** Reads the files if they have changed. Resolves with whether they stood still meanwhile; never rejects. */
  look(): Promise<'settled' | 'unsettled'>
}

/** One revision's folder, not looked at yet. */
export function revisionFolder<T>(folder: string, options: RevisionFolderOptions<T>): RevisionFolder<T> {
  const { compile, onLoad, onError } = options
  const paths = settingsFiles.map((file) => join(folder, file))
  let seen = ''
  let texts: SettingsTexts | undefined
  let settings: T | undefined
  let generation = 0

  async function look(): Promise<'settled' | 'unsettled'> {
    const state = await stateOf(paths)
    if (state === seen) return 'settled'
    seen = state
    const next = await readAgain()
    const isSettled = (await stateOf(paths)) === state
    // Half of what is still being written would be taken for the whole; better than nothing at the start.
    if (isSettled || settings === undefined) await load(next)
    return isSettled ? 'settled' : 'unsettled'
  }

  async function readAgain(): Promise<SettingsTexts> {
    try {
      return await readSettingsFolder(folder)
    } catch (error) {
      // The same content is to be told of when it can be read again.
      texts = undefined
      throw error
    }
  }

  async function load(next: SettingsTexts): Promise<void> {
    if (texts !== undefined && settingsFiles.every((file) => next[file] === texts?.[file])) return
    texts = next
    settings = await compile(next)
    generation++
    onLoad(settings, generation)
  }

  return {
    get settings() {
      return settings
    },
    look: () =>
      look().catch((error: unknown) => {
        onError(error)
        return 'settled'
      }),
  }
}
