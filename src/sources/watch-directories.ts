import { watch, type FSWatcher } from 'node:fs'
import { dirname } from 'node:path'

/** Watches on the folders of files. */
export interface DirectoryWatch {
  /** Starts the watches again that have broken off, or could not be started. */
  renew(): void
  close(): void
}

/**
 * Calls `onEvent` for every event in the folders of these files. Folders rather than files: a file that is replaced
 * takes its watch with it. A watch that cannot be had (no folder, no inotify handles left) is no error: see
 * {@link DirectoryWatch.renew}.
 */
export function watchDirectories(paths: readonly string[], onEvent: () => void): DirectoryWatch {
  const directories = [...new Set(paths.map((path) => dirname(path)))]
  const watches = new Map<string, FSWatcher>()

  function start(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, onEvent)
      watcher.on('error', () => stop(directory))
      watches.set(directory, watcher)
    } catch {
      // The poll of the source does without.
    }
  }

  function stop(directory: string): void {
    watches.get(directory)?.close()
    watches.delete(directory)
  }

  function renew(): void {
    for (const directory of directories) if (!watches.has(directory)) start(directory)
  }

  renew()
  return { renew, close: () => directories.forEach(stop) }
}
