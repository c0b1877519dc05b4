import { Option } from 'commander'
import { addClusterOptions, type ClusterFlags } from './cluster-options.ts'
import type { CommandRow } from './command.ts'
import { addProxyConfigOption, addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `coverage`, as commander gives them. */
export interface CoverageOptions extends SettingsFlags, ClusterFlags {
  readonly namespace?: string
  readonly pods: boolean
  readonly output: 'table' | 'json'
}

const examples = `
Examples:
  # Which pods of the cluster have a sidecar, which have an old one, and which have none, and why?
  sidecar-injector coverage

  # Each pod of a namespace that has not what it should have
  sidecar-injector coverage -n shop --pods

  # What would be outdated with other settings?
  sidecar-injector coverage --injectConfigFile new-config.yaml --meshConfigFile mesh.yaml --valuesFile new-values.yaml

  # For a script: pods that should have a sidecar and have none
  sidecar-injector coverage -o json | jq -r '.namespaces[].pods[] | select(.reason == "webhook-ignored") | .name'

Exit code 3: a pod has an old sidecar, or none though it should have one. Pods that have none because of what labels,
annotations or settings say do not count, nor do those that have ended. docs/coverage.md has all reasons.
`

const namespaceHelp = "namespace of Istio's ConfigMaps (default: istio-system)"

export const coverageCommand: CommandRow = {
  name: 'coverage',
  summary: 'count the pods of a cluster that have a sidecar, an old one, or none, and say why',
  define(command, run) {
    command
      .addOption(new Option('-n, --namespace <name>', 'look at this namespace only (default: all)'))
      .addOption(new Option('--pods', 'name the pods whose sidecar is old or missing').default(false))
      .addOption(
        new Option('-o, --output <format>', 'form of the answer').choices(['table', 'json']).default('table'),
      )
    addClusterOptions(command, namespaceHelp)
    addProxyConfigOption(addSettingsOptions(command, 'that of the cluster'))
      .addHelpText('after', examples)
      .action((options: CoverageOptions) =>
        run(async (terminal) => {
          const { runCoverage } = await import('./coverage.ts')
          return runCoverage(options, terminal)
        }),
      )
  },
}
