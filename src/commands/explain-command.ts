import { Option } from 'commander'
import { addClusterOptions, type ClusterFlags } from './cluster-options.ts'
import type { CommandRow } from './command.ts'
import { parseLabels, type Pairs } from './pairs.ts'
import { addProxyConfigOption, addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `explain`, as commander gives them. */
export interface ExplainOptions extends SettingsFlags, ClusterFlags {
  readonly filename?: readonly string[]
  readonly namespace: string
  readonly namespaceLabels?: Pairs
  readonly diff: boolean
  readonly output: 'text' | 'json'
}

const examples = `
Examples:
  # Why has this pod no sidecar? In the cluster that the kubeconfig names
  sidecar-injector explain pod/web-7d9c4f5b6-x7k2p -n shop

  # Would pods of this workload get one, and what would change in them?
  sidecar-injector explain deployment/web -n shop --diff

  # What becomes of pods in this namespace?
  sidecar-injector explain namespace/shop

  # A manifest that is not there yet, as that cluster would take it
  sidecar-injector explain -f web.yaml -n shop --context my-eks-cluster

  # Without a cluster: what somebody has saved of one
  kubectl get pods,deployments,events -n shop -o yaml > shop.yaml
  kubectl get namespaces,mutatingwebhookconfigurations -o yaml --show-managed-fields > around.yaml
  kubectl get configmaps -n istio-system -o yaml > istio.yaml
  sidecar-injector explain deployment/web -n shop -f shop.yaml -f around.yaml -f istio.yaml

  # For a script
  sidecar-injector explain deployment/web -o json | jq -r '.explanations[].reason'

Exit code 0: it has the sidecar that it would get now, or would get one. 3: it has none, an old one, or would get none. 1: it
is not there, or the cluster could not be asked. Nothing is changed. docs/explain.md has all that it says.
`

const namespaceHelp = "namespace of Istio's ConfigMaps (default: istio-system)"

export const explainCommand: CommandRow = {
  name: 'explain',
  summary: 'say why a pod has a sidecar or none, or would get one, and by which webhook and rule',
  define(command, run) {
    command
      .argument(
        '[targets...]',
        'KIND/NAME: pod, namespace, deployment and other workloads, as kubectl names them',
      )
      .addOption(
        new Option(
          '-f, --filename <path>',
          'pods, workloads and what is around them (namespaces, webhook configurations, Events, ConfigMaps), YAML or JSON; - for standard input; no cluster is asked then, unless -i, --context or --kubeconfig is given',
        ).argParser((path: string, before?: readonly string[]) => [...(before ?? []), path]),
      )
      .addOption(new Option('-n, --namespace <name>', 'namespace of what names none').default('default'))
      .addOption(
        new Option(
          '--namespaceLabels <labels>',
          'labels of namespaces that the files do not have, key=value,… (default: their pods are taken for selected)',
        ).argParser(parseLabels),
      )
      .addOption(new Option('--diff', 'show what would change in the pod').default(false))
      .addOption(
        new Option('-o, --output <format>', 'form of the explanation')
          .choices(['text', 'json'])
          .default('text'),
      )
    addClusterOptions(command, namespaceHelp)
    addProxyConfigOption(addSettingsOptions(command, 'that of the cluster or the files, else an example'))
      .addHelpText('after', examples)
      .action((targets: readonly string[], options: ExplainOptions) =>
        run(async (terminal) => {
          const { runExplain } = await import('./explain.ts')
          return runExplain(targets, options, terminal)
        }),
      )
  },
}
