import { Option } from 'commander'
import type { CommandRow } from './command.ts'
import type { ConnectFlags } from './cluster-options.ts'
import { option } from './options.ts'

/** The options of `doctor`, as commander gives them. */
export interface DoctorOptions extends ConnectFlags {
  readonly namespace?: string
  readonly istioNamespace?: string
  readonly webhookConfiguration?: string
  readonly output: 'text' | 'json'
  readonly fix: boolean
  readonly record?: string
  readonly from?: string
}

const examples = `
Examples:
  # Why do pods get no sidecar? From a laptop, with the kubeconfig of kubectl
  sidecar-injector doctor

  # The same for the pods of one namespace
  sidecar-injector doctor --namespace bookinfo

  # For a script: 0 it works, 3 something found, 4 nothing found and nothing proven
  sidecar-injector doctor -o json | jq -r '.findings[].cause'

  # What was seen, for somebody else to judge
  sidecar-injector doctor --record observations.json
  sidecar-injector doctor --from observations.json

Nothing is changed without --fix: the canary is a pod by server-side dry run, which is never stored. --fix writes the
caBundle of our own webhook configuration, and deletes one of ours whose Service is gone; nothing else.
Exit code 3: a cause was found. 4: none was, and the canary did not get through, either (no right to send it, say). 1: the API server
could not be asked. docs/doctor.md has every cause.
`

export const doctorCommand: CommandRow = {
  name: 'doctor',
  summary: 'find out why pods get no sidecar: from the API server to the settings, with what to do',
  define(command, run) {
    command
      .addOption(
        // Not by environment: there it is the server's own, for `serve`.
        new Option(
          '-n, --namespace <name>',
          'namespace whose pods are to be injected, for the canary (default: one that is selected)',
        ),
      )
      .addOption(
        option(
          '-i, --istioNamespace <namespace>',
          "namespace of Istio's ConfigMaps (default: the injector's own flag)",
        ),
      )
      .addOption(
        option(
          '--webhookConfiguration <name>',
          "MutatingWebhookConfiguration that is meant (default: this injector's, else Istio's)",
        ),
      )
      .addOption(option('--context <name>', 'context of the kubeconfig (default: its current one)'))
      .addOption(
        option(
          '--kubeconfig <path>',
          'kubeconfig file (default: as kubectl: KUBECONFIG, ~/.kube/config; in a pod its ServiceAccount)',
        ),
      )
      .addOption(
        new Option('-o, --output <format>', 'form of the report').choices(['text', 'json']).default('text'),
      )
      .addOption(new Option('--fix', "mend what is the injector's own, and say what was done").default(false))
      .addOption(new Option('--record <file>', 'write what was seen to a file, too'))
      .addOption(new Option('--from <file>', 'judge what was seen before, and ask no cluster'))
      .addHelpText('after', examples)
      .action((options: DoctorOptions) =>
        run(async (terminal) => {
          const { runDoctor } = await import('./doctor.ts')
          return runDoctor(options, terminal)
        }),
      )
  },
}
