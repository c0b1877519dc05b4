import { InvalidArgumentError, type Command } from 'commander'
import { option } from './options.ts'
import { parseEnvironment, parseTags, type Pairs } from './pairs.ts'

/** The settings flags, which are the same for every command (istioctl's names). */
export interface SettingsFlags {
  readonly injectConfigFile?: string
  readonly meshConfigFile?: string
  readonly valuesFile?: string
  /** Not a flag of kube-inject, which looks at no resources in any release. */
  readonly proxyConfigFile?: string
  readonly istioVersion?: string
  readonly revision?: string
  readonly revisionsDir?: string
  readonly revisionTags?: Pairs
  readonly nodeVersion?: string
  readonly env?: Pairs
}

/** Adds the settings flags to a command; `fallback` says what is used without them. */
export function addSettingsOptions(command: Command, fallback: string): Command {
  const config = `key "config" of ConfigMap istio-sidecar-injector (default: ${fallback})`
  const env = 'environment of istiod, which templates read, too: NAME=VALUE,…'
  return command
    .addOption(option('--injectConfigFile <path>', config))
    .addOption(option('--meshConfigFile <path>', 'key "mesh" of ConfigMap istio (default: built-in)'))
    .addOption(
      option('--valuesFile <path>', 'key "values" of ConfigMap istio-sidecar-injector (from Istio 1.2)'),
    )
    .addOption(option('--istioVersion <release>', 'release to inject as, e.g. 1.30.3 (default: detected)'))
    .addOption(
      option(
        '-r, --revision <name>',
        'revision that injects, for templates and labels; with --revisionsDir, which of them',
      ),
    )
    .addOption(
      option('--revisionsDir <path>', 'folder of folders named as revisions, each with config, values, mesh'),
    )
    .addOption(
      option('--revisionTags <tags>', 'other names of revisions: stable=1-20,canary=1-30').argParser(
        parseTags,
      ),
    )
    .addOption(
      option(
        '--nodeVersion <version>',
        'version of the kubelets, e.g. v1.32.4, which decides about native sidecars (default: a new one; of a cluster, the oldest)',
      ).argParser(parseVersion),
    )
    .addOption(option('--env <variables>', env).argParser(parseEnvironment))
}

/** Adds the flag for ProxyConfig resources, for commands that act as the webhook does. */
export function addProxyConfigOption(command: Command): Command {
  return command.addOption(
    option(
      '--proxyConfigFile <path>',
      'ProxyConfig resources, as `kubectl get proxyconfigs -A -o yaml` prints them',
    ),
  )
}

/** Reads a version of Kubernetes. */
function parseVersion(text: string): string {
  if (/^v?\d+\.\d+(?:[.+-].*)?$/.test(text)) return text
  throw new InvalidArgumentError('A version is like v1.32.4.')
}
