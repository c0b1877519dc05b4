import { kubeInject } from '../manifests/kube-inject.ts'
import type { ExitCode, Terminal } from './command.ts'
import { tellDetected } from './detected.ts'
import { readInput } from './input.ts'
import type { KubeInjectOptions } from './kube-inject-command.ts'
import { onManifests, writeManifests } from './manifest-files.ts'
import { readManualSettings } from './read-revisions.ts'

/** Injects the manifests of a file or of standard input. Nothing is written unless all of them could be injected. */
export async function runKubeInject(options: KubeInjectOptions, terminal: Terminal): Promise<ExitCode> {
  const settings = await readManualSettings(options)
  tellDetected(terminal.stderr, settings)
  const manifests = await readInput(options.filename, terminal.stdin)
  const warn = (message: string): void => void terminal.stderr.write(`${message}\n`)

  const output = onManifests(options.filename, () => kubeInject(settings, manifests, warn))
  await writeManifests(options.output, output, terminal.stdout)
  return 0
}
