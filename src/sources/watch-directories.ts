import { statSync, watch, type FSWatcher } from 'node:fs'

/** Watches on folders. */
export interface DirectoryWatch {
  /**
   * Watches these folders and no others. Starts again what has broken off, what could not be started, and what watches
   * a folder that another one has replaced. Returns whether a watch is new, so that something may have been missed.
   */
  renew(directories: Iterable<string>): boolean
  close(): void
}

interface Watched {
  readonly watcher: FSWatcher
  readonly folder: string
}

/**
 * Calls `onEvent` for every event in folders. Folders rather than files: a file that is replaced takes its watch with
 * it. A watch that cannot be had (no folder, no inotify handles left) is no error: see {@link DirectoryWatch.renew}.
 */
export function watchDirectories(onEvent: () => void): DirectoryWatch {
  const watches = new Map<string, Watched>()

  function start(directory: string, folder: string): boolean {
    try {
      const watcher = watch(directory, { persistent: false }, onEvent)
      watcher.on('error', () => stop(directory))
      watches.set(directory, { watcher, folder })
      return true
    } catch {
      // The poll of the source does without.
      return false
    }
  }

  function stop(directory: string): void {
    watches.get(directory)?.watcher.close()
    watches.delete(directory)
  }

  return {
    renew(directories) {
      const wanted = new Set(directories)
      for (const directory of watches.keys()) if (!wanted.has(directory)) stop(directory)
      let isAnyNew = false
      for (const directory of wanted) {
        const folder = identityOf(directory)
        if (watches.get(directory)?.folder === folder) continue
        stop(directory)
        if (folder !== undefined && start(directory, folder)) isAnyNew = true
      }
      return isAnyNew
    },
    close: () => [...watches.keys()].forEach(stop),
  }
}

/** Tells a folder from another of the same name, links followed; undefined where there is none. */
function identityOf(directory: string): string | undefined {
  const stats = statSync(directory, { throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}
