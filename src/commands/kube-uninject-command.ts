import { Option } from 'commander'
import type { CommandRow } from './command.ts'

/** The options of `kube-uninject`, as commander gives them. */
export interface KubeUninjectOptions {
  readonly filename: string
  readonly output?: string
  readonly injectConfigFile?: string
}

const examples = `
Examples:
  # Back to the manifests that kube-inject was given
  sidecar-injector kube-uninject -f bookinfo-injected.yaml -o bookinfo.yaml

  # Take the sidecar out of a workload of the cluster
  kubectl get deployment web -o yaml | sidecar-injector kube-uninject -f - | kubectl apply -f -

  # What a running pod was before the webhook saw it
  kubectl get pod web-7c5b9d8f4-x2k9p -o yaml | sidecar-injector kube-uninject -f -

Works for every release of Istio and needs no settings: the pods tell. What was never injected stays as it is, byte for
byte. Exit code 0 also where something could not be restored; standard error says what.
`

export const kubeUninjectCommand: CommandRow = {
  name: 'kube-uninject',
  summary: 'take the sidecar out of manifests again, the inverse of kube-inject and of the webhook',
  define(command, run) {
    command
      .addOption(
        new Option(
          '-f, --filename <path>',
          'manifests to uninject; - is standard input',
        ).makeOptionMandatory(),
      )
      .addOption(new Option('-o, --output <path>', 'file to write (default: standard output)'))
      .addOption(
        new Option(
          '--injectConfigFile <path>',
          'config of the injector, if it has injectedAnnotations: they go, too',
        ),
      )
      .addHelpText('after', examples)
      .action((options: KubeUninjectOptions) =>
        run(async (terminal) => {
          const { runKubeUninject } = await import('./kube-uninject.ts')
          return runKubeUninject(options, terminal)
        }),
      )
  },
}
