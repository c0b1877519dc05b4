import { canConnect } from '../cluster/connect.ts'
import type { Settings } from '../injection/settings.ts'
import { kubeInject } from '../manifests/kube-inject.ts'
import { isClusterMeant } from './cluster-options.ts'
import type { ExitCode, Terminal } from './command.ts'
import { tellDetected } from './detected.ts'
import { CommandError, UsageError } from './errors.ts'
import { readInput } from './input.ts'
import type { KubeInjectOptions } from './kube-inject-command.ts'
import { onManifests, writeManifests } from './manifest-files.ts'
import { readClusterSettings } from './read-cluster.ts'
import { readManualSettings } from './read-revisions.ts'

/** Injects the manifests of a file or of standard input. Nothing is written unless all of them could be injected. */
export async function runKubeInject(options: KubeInjectOptions, terminal: Terminal): Promise<ExitCode> {
  const warn = (message: string): void => void terminal.stderr.write(`${message}\n`)
  const settings = await readSettings(options, warn)
  tellDetected(terminal.stderr, settings)
  const manifests = await readInput(options.filename, terminal.stdin)

  const output = onManifests(options.filename, () => kubeInject(settings, manifests, warn))
  await writeManifests(options.output, output, terminal.stdout)
  return 0
}

/**
 * From the files that are named, else from the cluster of the kubeconfig, as istioctl does. The built-in example is nobody's
 * mesh: it is not injected unless somebody asks for it.
 */
function readSettings(options: KubeInjectOptions, warn: (message: string) => void): Promise<Settings> {
  const { injectConfigFile, meshConfigFile, valuesFile, revisionsDir, example } = options
  const hasFiles = injectConfigFile !== undefined || revisionsDir !== undefined
  if (example && hasFiles) throw new UsageError('--example and the files of settings: give one of them')
  if ((example || hasFiles) && isClusterMeant(options)) {
    throw new UsageError('files of settings, or --example, and flags of a cluster: give one of them')
  }
  if (example || hasFiles) return readManualSettings(options)
  if (meshConfigFile !== undefined || valuesFile !== undefined) {
    throw new UsageError('--meshConfigFile and --valuesFile belong to a --injectConfigFile')
  }
  if (!isClusterMeant(options) && !canConnect()) throw new CommandError(nowhere)
  return readClusterSettings(options, warn)
}

const nowhere =
  'no settings are given: name files of them (--injectConfigFile and --meshConfigFile, which `kubectl get configmap` ' +
  'makes as the help shows), or a cluster that has them (--kubeconfig, KUBECONFIG or ~/.kube/config; on Amazon EKS `aws eks ' +
  'update-kubeconfig --name CLUSTER` makes one); --example injects the built-in example'
