import { parseConfig } from '../injection/config.ts'
import { SettingsError } from '../injection/errors.ts'
import { kubeUninject } from '../manifests/kube-uninject.ts'
import type { ExitCode, Terminal } from './command.ts'
import { CommandError } from './errors.ts'
import { readInput, readText } from './input.ts'
import type { KubeUninjectOptions } from './kube-uninject-command.ts'
import { onManifests, writeManifests } from './manifest-files.ts'

/** Uninjects the manifests of a file or of standard input. */
export async function runKubeUninject(options: KubeUninjectOptions, terminal: Terminal): Promise<ExitCode> {
  const injectedAnnotations = await readInjectedAnnotations(options.injectConfigFile)
  const manifests = await readInput(options.filename, terminal.stdin)
  const warn = (message: string): void => void terminal.stderr.write(`warning: ${message}\n`)
  const output = onManifests(options.filename, () => kubeUninject(manifests, { injectedAnnotations, warn }))
  await writeManifests(options.output, output, terminal.stdout)
  return 0
}

/** What the injector's config says that every pod is given. */
async function readInjectedAnnotations(path: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (path === undefined) return new Map()
  const text = await readText(path)
  try {
    return parseConfig(text).injectedAnnotations
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    throw new CommandError(`${path}: ${error.detail}`, { cause: error })
  }
}
