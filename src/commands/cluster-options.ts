import type { Command } from 'commander'
import { injectorName, meshName, namesOf, revisionOf, type Wanted } from '../sources/config-map.ts'
import { UsageError } from './errors.ts'
import { option } from './options.ts'
import type { SettingsFlags } from './settings-options.ts'

/** Which cluster; kubectl's flags. */
export interface ConnectFlags {
  readonly context?: string
  readonly kubeconfig?: string
}

/** Which of a cluster's ConfigMaps are settings; istioctl's flags. */
export interface ClusterFlags extends ConnectFlags {
  readonly istioNamespace?: string
  readonly injectConfigMapName?: string
  readonly meshConfigMapName?: string
}

/** Adds the flags; `namespaceHelp` says what giving `-i`, or not, means to the command. */
export function addClusterOptions(command: Command, namespaceHelp: string): Command {
  return command
    .addOption(option('-i, --istioNamespace <namespace>', namespaceHelp))
    .addOption(
      option(
        '--injectConfigMapName <name>',
        `ConfigMap with the keys "config" and "values" (default: ${injectorName}, with the revision behind it)`,
      ),
    )
    .addOption(
      option(
        '--meshConfigMapName <name>',
        `ConfigMap with the key "mesh" (default: ${meshName}, with the revision behind it)`,
      ),
    )
    .addOption(option('--context <name>', 'context of the kubeconfig (default: its current one)'))
    .addOption(
      option(
        '--kubeconfig <path>',
        'kubeconfig file (default: as kubectl: KUBECONFIG, ~/.kube/config; in a pod its ServiceAccount)',
      ),
    )
}

/** Do the flags mean a cluster? */
export function isClusterMeant(flags: ClusterFlags): boolean {
  return clusterFlags.some((flag) => flags[flag] !== undefined)
}

const clusterFlags = [
  'istioNamespace',
  'injectConfigMapName',
  'meshConfigMapName',
  'context',
  'kubeconfig',
] as const satisfies readonly (keyof ClusterFlags)[]

/** What is from files is not from a cluster. Throws UsageError for flags of both. */
export function checkNoFiles(flags: SettingsFlags): void {
  for (const flag of fileFlags) {
    if (flags[flag] === undefined) continue
    throw new UsageError(`--${flag} names a file, and settings are to come from a cluster: give one of them`)
  }
}

const fileFlags = [
  'injectConfigFile',
  'meshConfigFile',
  'valuesFile',
  'proxyConfigFile',
  'revisionsDir',
] as const satisfies readonly (keyof SettingsFlags)[]

/** Istio's own namespace for its control plane. */
export const defaultIstioNamespace = 'istio-system'

/** Which ConfigMaps the flags want: of every revision, of one, or those that are named. */
export function wantedOf({
  revision,
  injectConfigMapName: injector,
  meshConfigMapName: mesh,
}: ClusterFlags & { readonly revision?: string }): Wanted {
  const isUsual = (injector ?? injectorName) === injectorName && (mesh ?? meshName) === meshName
  if (isUsual) {
    if (revision === undefined) return { kind: 'all' }
    const [usualInjector, usualMesh] = namesOf(revision)
    return { kind: 'one', revision, injector: usualInjector, mesh: usualMesh }
  }
  // istio-sidecar-injector-1-30 says of which revision it is, and so which mesh config belongs to it.
  const name = revision ?? revisionOf(injector ?? injectorName) ?? 'default'
  const [usualInjector, usualMesh] = namesOf(name)
  return { kind: 'one', revision: name, injector: injector ?? usualInjector, mesh: mesh ?? usualMesh }
}
