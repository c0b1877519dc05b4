import { Option } from 'commander'
import { addClusterOptions, type ClusterFlags } from './cluster-options.ts'
import type { CommandRow } from './command.ts'
import { addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `kube-inject`, as commander gives them. */
export interface KubeInjectOptions extends SettingsFlags, ClusterFlags {
  readonly filename: string
  readonly output?: string
  readonly example: boolean
}

const examples = `
Examples:
  # With the ConfigMaps of the cluster that kubectl talks to
  sidecar-injector kube-inject -f bookinfo.yaml -o bookinfo-injected.yaml

  # Take the ConfigMaps from the cluster once, then inject without it
  kubectl -n istio-system get configmap istio-sidecar-injector -o=jsonpath='{.data.config}' > inject-config.yaml
  kubectl -n istio-system get configmap istio -o=jsonpath='{.data.mesh}' > mesh-config.yaml
  sidecar-injector kube-inject --injectConfigFile inject-config.yaml --meshConfigFile mesh-config.yaml \\
    -f bookinfo.yaml -o bookinfo-injected.yaml

  # As one of several revisions, from a folder that has a folder for each
  sidecar-injector kube-inject --revisionsDir revisions -r 1-30 -f bookinfo.yaml -o bookinfo-injected.yaml

  # From another program, to another program
  helm template web ./chart | sidecar-injector kube-inject --injectConfigFile inject-config.yaml -f - | kubectl apply -f -

Documents that are no workloads are copied as they are. Every document is followed by a line "---".
`

const namespaceHelp =
  'read the settings from the ConfigMaps of this namespace of the cluster, where no files are given (default: istio-system)'

export const kubeInjectCommand: CommandRow = {
  name: 'kube-inject',
  summary: "put the sidecar into manifests by hand, as the release's own istioctl does",
  define(command, run) {
    command
      .addOption(
        new Option('-f, --filename <path>', 'manifests to inject; - is standard input').makeOptionMandatory(),
      )
      .addOption(new Option('-o, --output <path>', 'file to write (default: standard output)'))
      .addOption(
        new Option('--example', 'inject the built-in example, a sidecar of Istio 1.0').default(false),
      )
    addClusterOptions(command, namespaceHelp)
    addSettingsOptions(command, 'that of the cluster')
      .addHelpText('after', examples)
      .action((options: KubeInjectOptions) =>
        run(async (terminal) => {
          const { runKubeInject } = await import('./kube-inject.ts')
          return runKubeInject(options, terminal)
        }),
      )
  },
}
