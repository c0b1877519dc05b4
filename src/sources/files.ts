import { readFile, stat } from 'node:fs/promises'
import { watchDirectories } from './watch-directories.ts'

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

export interface FileSourceOptions<T> {
  readonly paths: readonly string[]
  /** Makes the value from the files' texts. What it throws at the start ends the start; later the last good value stays. */
  readonly load: (read: (path: string) => string) => T
  /** Told of every value, the first one included. */
  readonly onLoad?: (value: T, generation: number) => void
  /** Told, once a state of the files, why no value could be made of it. */
  readonly onError?: (error: unknown) => void
  /** A change is looked at this long after its first event, when the others have come. Default: 100, as Istio's injectors. */
  readonly debounceMs?: number
  /** Events get lost (network file systems, a folder replaced whole), so the files are looked at anyway. Default: 5000. */
  readonly pollMs?: number
}

/**
 * Reads files and follows them. Their folders are watched, so that the swap of the `..data` link is seen by which
 * Kubernetes replaces all files of a mounted ConfigMap or Secret at once. Rejects if the first value cannot be made.
 */
export async function openFileSource<T>(options: FileSourceOptions<T>): Promise<FileSource<T>> {
  const { paths, load, onLoad, onError, debounceMs = 100, pollMs = 5000 } = options
  let seen = await stateOf(paths)
  let texts = await readTexts(paths)
  let current = load(reader(texts))
  let generation = 1
  onLoad?.(current, generation)

  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let closed = false

  const watch = watchDirectories(paths, later)
  const poll = setInterval(() => void check(), pollMs).unref()
  // For what happened between reading and watching.
  later()

  /** The first event of a change starts the wait; later ones do not prolong it, or a busy folder would starve us. */
  function later(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void check()
    }, debounceMs).unref()
  }

  function check(): Promise<void> {
    running ??= reload()
      .catch((error: unknown) => onError?.(error))
      .finally(() => {
        running = undefined
      })
    return running
  }

  async function reload(): Promise<void> {
    watch.renew()
    const state = await stateOf(paths)
    if (closed || state === seen) return
    seen = state
    const next = await readTexts(paths)
    // Still being written: half of it would be taken for the whole.
    if ((await stateOf(paths)) !== state) return later()
    if (closed || paths.every((path) => next.get(path) === texts.get(path))) return
    texts = next
    current = load(reader(next))
    generation++
    onLoad?.(current, generation)
  }

  return {
    get current() {
      return current
    },
    get generation() {
      return generation
    },
    check,
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(poll)
      watch.close()
    },
  }
}

/** Tells one state of the files from another without reading them; links are followed. */
async function stateOf(paths: readonly string[]): Promise<string> {
  const states = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
  return states
    .map((file) => (file ? `${file.dev}:${file.ino}:${file.size}:${file.ctimeMs}` : 'missing'))
    .join(' ')
}

async function readTexts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const)))
}

function reader(texts: ReadonlyMap<string, string>): (path: string) => string {
  return (path) => {
    const text = texts.get(path)
    if (text === undefined) throw new TypeError(`${path} is none of the files of this source`)
    return text
  }
}
