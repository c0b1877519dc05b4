import { Option } from 'commander'
import type { CommandRow } from './command.ts'
import { addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `kube-inject`, as commander gives them. */
export interface KubeInjectOptions extends SettingsFlags {
  readonly filename: string
  readonly output?: string
}

const examples = `
Examples:
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

export const kubeInjectCommand: CommandRow = {
  name: 'kube-inject',
  summary: "put the sidecar into manifests by hand, as the release's own istioctl does",
  define(command, run) {
    command
      .addOption(
        new Option('-f, --filename <path>', 'manifests to inject; - is standard input').makeOptionMandatory(),
      )
      .addOption(new Option('-o, --output <path>', 'file to write (default: standard output)'))
    addSettingsOptions(command, 'an example')
      .addHelpText('after', examples)
      .action((options: KubeInjectOptions) =>
        run(async (terminal) => {
          const { runKubeInject } = await import('./kube-inject.ts')
          return runKubeInject(options, terminal)
        }),
      )
  },
}
