import { dirname } from 'node:path'
import { readTexts, stateOf } from './file-texts.ts'
import { follow, type FollowTimes } from './follow.ts'

/** A value made from files, which follows them. */
export interface FileSource<T> {
  /** The last good value. */
  readonly current: T
  /** How often a value was made: 1 after the start. */
  readonly generation: number
  /** Looks now, rather than at the next event or poll. */
  check(): Promise<void>
  close(): void
}

export interface FileSourceOptions<T> extends FollowTimes {
  readonly paths: readonly string[]
  /** Makes the value from the files' texts. What it throws at the start ends the start; later the last good value stays. */
  readonly load: (read: (path: string) => string) => T | Promise<T>
  /** Told of every value, the first one included. */
  readonly onLoad?: (value: T, generation: number) => void
  /** Told, once a state of the files, why no value could be made of it. */
  readonly onError?: (error: unknown) => void
}

/**
 * Reads files and follows them. Their folders are watched, so that the swap of the `..data` link is seen by which
 * Kubernetes replaces all files of a mounted ConfigMap or Secret at once. Rejects if the first value cannot be made.
 */
export async function openFileSource<T>(options: FileSourceOptions<T>): Promise<FileSource<T>> {
  const { paths, load, onLoad, onError, debounceMs, pollMs } = options
  let seen = await stateOf(paths)
  let texts = await readTexts(paths)
  let current = await load(reader(texts))
  let generation = 1
  let closed = false
  onLoad?.(current, generation)

  async function look(): Promise<'settled' | 'unsettled'> {
    const state = await stateOf(paths)
    if (closed || state === seen) return 'settled'
    seen = state
    const next = await readAgain()
    // Still being written: half of it would be taken for the whole.
    if ((await stateOf(paths)) !== state) return 'unsettled'
    if (closed || paths.every((path) => next.get(path) === texts.get(path))) return 'settled'
    texts = next
    const loaded = await load(reader(next))
    if (closed) return 'settled'
    current = loaded
    generation++
    onLoad?.(current, generation)
    return 'settled'
  }

  async function readAgain(): Promise<typeof texts> {
    try {
      return await readTexts(paths)
    } catch (error) {
      // The same content is to be told of when it can be read again.
      texts = new Map()
      throw error
    }
  }

  const directories = new Set(paths.map((path) => dirname(path)))
  const follower = follow({
    directories: () => directories,
    look,
    onError: (error) => onError?.(error),
    debounceMs,
    pollMs,
  })
  return {
    get current() {
      return current
    },
    get generation() {
      return generation
    },
    check: () => follower.check(),
    close() {
      closed = true
      follower.close()
    },
  }
}

function reader(texts: ReadonlyMap<string, string>): (path: string) => string {
  return (path) => {
    const text = texts.get(path)
    if (text === undefined) throw new TypeError(`${path} is none of the files of this source`)
    return text
  }
}
