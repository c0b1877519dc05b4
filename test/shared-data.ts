import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the shared test data is: beside the checkout, or where SHARED_DATA says. */
const folder = process.env['SHARED_DATA'] ?? join(import.meta.dirname, '../../shared/data')

/** The full path of a shared file or folder; undefined, so that tests can skip, where it is missing. */
export function sharedData(path: string): string | undefined {
  const full = join(folder, path)
  return existsSync(full) ? full : undefined
}
