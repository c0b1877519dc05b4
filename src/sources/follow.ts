import { watchDirectories } from './watch-directories.ts'

/** How soon changes are seen. */
export interface FollowTimes {
  /** A change is looked at this long after its first event, when the others have come. Default: 100, as Istio's injectors. */
  readonly debounceMs?: number | undefined
  /** Events get lost (network file systems, a folder replaced whole), so the files are looked at anyway. Default: 5000. */
  readonly pollMs?: number | undefined
}

export interface FollowOptions extends FollowTimes {
  /** The folders in which something happens before there is something to see. */
  readonly directories: () => Iterable<string>
  /** Looks for changes and takes them up; `unsettled` if somebody is still writing, so that it has to look again soon. */
  readonly look: () => Promise<'settled' | 'unsettled'>
  /** Told what `look` throws. */
  readonly onError: (error: unknown) => void
}

export interface Follower {
  /** Looks now, rather than at the next event or poll. */
  check(): Promise<void>
  close(): void
}

/** Looks whenever something may have changed in folders, never twice at the same time. The first look is not its own. */
export function follow(options: FollowOptions): Follower {
  const { directories, look, onError, debounceMs = 100, pollMs = 5000 } = options
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let closed = false

  const watch = watchDirectories(later)
  const poll = setInterval(() => void check(), pollMs).unref()
  watch.renew(directories())
  // For what happened between the first look and watching.
  later()

  /** The first event of a change starts the wait; later ones do not prolong it, or a busy folder would starve us. */
  function later(): void {
    if (closed) return
    timer ??= setTimeout(() => {
      timer = undefined
      void check()
    }, debounceMs).unref()
  }

  function check(): Promise<void> {
    running ??= lookOnce()
      .catch(onError)
      .finally(() => {
        running = undefined
      })
    return running
  }

  async function lookOnce(): Promise<void> {
    try {
      if ((await look()) === 'unsettled') later()
    } finally {
      if (!closed && watch.renew(directories())) later()
    }
  }

  return {
    check,
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(poll)
      watch.close()
    },
  }
}
