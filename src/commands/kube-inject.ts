import { writeFile } from 'node:fs/promises'
import { InjectionError } from '../injection/errors.ts'
import { ManifestError } from '../manifests/errors.ts'
import { kubeInject } from '../manifests/kube-inject.ts'
import type { ExitCode, Terminal } from './command.ts'
import { tellDetected } from './detected.ts'
import { CommandError } from './errors.ts'
import { readInput, reasonOf } from './input.ts'
import type { KubeInjectOptions } from './kube-inject-command.ts'
import { readManualSettings } from './read-revisions.ts'

/** Injects the manifests of a file or of standard input. Nothing is written unless all of them could be injected. */
export async function runKubeInject(options: KubeInjectOptions, terminal: Terminal): Promise<ExitCode> {
  const settings = await readManualSettings(options)
  tellDetected(terminal.stderr, settings)
  const manifests = await readInput(options.filename, terminal.stdin)
  const warn = (message: string): void => void terminal.stderr.write(`${message}\n`)

  const output = injected(() => kubeInject(settings, manifests, warn), options.filename)
  if (options.output === undefined) terminal.stdout.write(output)
  else await writeOutput(options.output, output)
  return 0
}

function injected(work: () => string, file: string): string {
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

async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new CommandError(`${path}: ${reasonOf(error)}`, { cause: error })
  }
}
