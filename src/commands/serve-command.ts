import { logLevels, type LogLevel } from '../telemetry/log-levels.ts'
import { addCertificateOptions, type CertificateFlags } from './certificate-options.ts'
import type { CommandRow } from './command.ts'
import { addClusterOptions, type ClusterFlags } from './cluster-options.ts'
import { option, parsePort, parseSeconds } from './options.ts'
import { addPageOptions, type PageFlags } from './page-options.ts'
import { addProxyConfigOption, addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `serve`, as commander gives them. */
export interface ServeOptions extends SettingsFlags, ClusterFlags, CertificateFlags, PageFlags {
  readonly port: number
  readonly operationsPort: number
  readonly address?: string
  readonly drainSeconds: number
  readonly logLevel: LogLevel
}

const drainHelp = 'how long to go on serving after SIGTERM, until no traffic comes any more'

const namespaceHelp =
  'serve the settings in the ConfigMaps of this namespace of the cluster, as they change, of all revisions or of --revision'

export const serveCommand: CommandRow = {
  name: 'serve',
  summary: 'answer the API server: the mutating admission webhook',
  define(command, run) {
    const port = option('--port <number>', 'port of the webhook (TLS)')
    const operationsPort = option('--operationsPort <number>', 'port of /healthz, /readyz and /metrics')
    const drainSeconds = option('--drainSeconds <number>', drainHelp)
    const logLevel = option('--logLevel <level>', 'least level that is written')
    command
      .addOption(port.default(9443).argParser(parsePort))
      .addOption(operationsPort.default(8080).argParser(parsePort))
      .addOption(option('--address <ip>', 'address to listen on (default: all)'))
    addCertificateOptions(command)
    addClusterOptions(command, namespaceHelp)
    addPageOptions(command)
    addProxyConfigOption(addSettingsOptions(command, 'an example'))
      .addOption(drainSeconds.default(5).argParser(parseSeconds))
      .addOption(logLevel.choices(logLevels).default('info'))
      .action((options: ServeOptions) =>
        run(async (terminal) => {
          const { serve } = await import('./serve.ts')
          return serve(options, terminal)
        }),
      )
  },
}
