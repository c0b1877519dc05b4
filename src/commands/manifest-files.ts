import { writeFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { InjectionError } from '../injection/errors.ts'
import { ManifestError } from '../manifests/errors.ts'
import { CommandError } from './errors.ts'
import { reasonOf } from './input.ts'

/** Works on the manifests of a file. Throws CommandError that names the file and the document. */
export function onManifests(file: string, work: () => string): string {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    const name = file === '-' ? 'standard input' : file
    const reason =
      error.cause instanceof InjectionError
        ? `${error.cause.detail.trimEnd()}\n${error.cause.advice}`
        : error.message
    throw new CommandError(`${name}, document ${error.document}: ${reason}`, { cause: error })
  }
}

/** Writes what `-o` names, or standard output. Throws CommandError that names the file and the reason. */
export async function writeManifests(
  path: string | undefined,
  manifests: string,
  stdout: Writable,
): Promise<void> {
  if (path === undefined) return void stdout.write(manifests)
  try {
    await writeFile(path, manifests)
  } catch (error) {
    throw new CommandError(`${path}: ${reasonOf(error)}`, { cause: error })
  }
}
