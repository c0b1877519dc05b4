import { Option } from 'commander'
import type { CommandRow } from './command.ts'

const examples = `
Examples:
  # Which releases of Istio are understood?
  sidecar-injector version

  # The same for a script: the version alone
  sidecar-injector version -o json | jq -r .version
`

export const versionCommand: CommandRow = {
  name: 'version',
  summary: 'print the version, and the Istio releases whose ConfigMaps are understood',
  define(command, run) {
    command
      .addOption(
        new Option('-o, --output <format>', 'form of the output').choices(['text', 'json']).default('text'),
      )
      .addHelpText('after', examples)
      .action((options: { readonly output: 'text' | 'json' }) =>
        run(async ({ stdout }) => {
          const { versionText } = await import('./version.ts')
          stdout.write(versionText(options.output))
          return 0
        }),
      )
  },
}
