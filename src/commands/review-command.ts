import { Option } from 'commander'
import { addClusterOptions, type ClusterFlags } from './cluster-options.ts'
import type { CommandRow } from './command.ts'
import { parseLabels, type Pairs } from './pairs.ts'
import { addProxyConfigOption, addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `review`, as commander gives them. */
export interface ReviewOptions extends SettingsFlags, ClusterFlags {
  readonly diff: boolean
  readonly namespace: string
  readonly namespaceLabels?: Pairs
  readonly output?: 'json' | 'yaml'
}

const examples = `
Examples:
  # What would the webhook answer? As the API server would see it
  sidecar-injector review webhook-config/productpage.json

  # What would change in the pod, and why
  sidecar-injector review --diff --injectConfigFile inject-config.yaml --meshConfigFile mesh-config.yaml pod.yaml

  # Which revision would inject the pod, were the namespace labelled so?
  sidecar-injector review --diff --revisionsDir revisions --namespaceLabels istio.io/rev=1-30 pod.yaml

  # With the ConfigMaps of a cluster and the labels of the pod's namespace there
  sidecar-injector review --diff -i istio-system --context my-eks-cluster pod.yaml

  # Many reviews, one a line; answers in the same order
  sidecar-injector review < reviews.jsonl > answers.jsonl

A document is an AdmissionReview, a bare Pod, a workload (the pod that it would make is looked at), or a List of
them. Input of one JSON object a line is answered likewise; other input is read as YAML and answered as YAML.
Exit code 1: a pod was refused, or a document is none of these.
`

const namespaceHelp =
  "read the settings once from the ConfigMaps of this namespace of the cluster, and the pods' namespaces (default with --context or --kubeconfig: istio-system)"

export const reviewCommand: CommandRow = {
  name: 'review',
  summary: 'answer AdmissionReviews or pods from files, and show what would change',
  define(command, run) {
    command
      .argument('[files...]', 'reviews, pods or workloads; standard input without one, or for -')
      .addOption(new Option('--diff', 'show what would change in the pod, with the reason').default(false))
      .addOption(
        new Option('-n, --namespace <name>', 'namespace of bare pods that name none').default('default'),
      )
      .addOption(
        new Option(
          '--namespaceLabels <labels>',
          "the namespace's labels, key=value,…: do the charts' webhooks select the pod, and of which revision? " +
            '(default: taken for granted)',
        ).argParser(parseLabels),
      )
      .addOption(
        new Option('-o, --output <format>', 'form of the answers (default: as the input)').choices([
          'json',
          'yaml',
        ]),
      )
    addClusterOptions(command, namespaceHelp)
    addProxyConfigOption(addSettingsOptions(command, 'an example'))
      .addHelpText('after', examples)
      .action((files: readonly string[], options: ReviewOptions) =>
        run(async (terminal) => {
          const { runReview } = await import('./review.ts')
          return runReview(files, options, terminal)
        }),
      )
  },
}
