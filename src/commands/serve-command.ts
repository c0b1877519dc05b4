import { logLevels, type LogLevel } from '../telemetry/log-levels.ts'
import { addCertificateOptions, type CertificateFlags } from './certificate-options.ts'
import type { CommandRow } from './command.ts'
import { addClusterOptions, type ClusterFlags } from './cluster-options.ts'
import { option, parseMinutes, parsePort, parseSeconds } from './options.ts'
import { addPageOptions, type PageFlags } from './page-options.ts'
import { addProxyConfigOption, addSettingsOptions, type SettingsFlags } from './settings-options.ts'

/** The options of `serve`, as commander gives them. */
export interface ServeOptions extends SettingsFlags, ClusterFlags, CertificateFlags, PageFlags {
  readonly port: number
  readonly operationsPort: number
  readonly address?: string
  readonly drainSeconds: number
  readonly logLevel: LogLevel
  readonly podEvents: 'on' | 'off'
  readonly coverage: boolean
  readonly doctorMinutes: number
  readonly doctorNamespace?: string
}

const drainHelp = 'how long to go on serving after SIGTERM, until no traffic comes any more'

const coverageHelp =
  'watch all pods, and show in the metrics which have a sidecar, an old one, or none, and why (with -i)'

const podEventsHelp =
  'whether the owners of pods that are skipped or refused get an Event, where a person should know (with -i)'

const doctorHelp =
  'look for what keeps pods from being injected, as doctor does, every so many minutes; 0 never (metrics, log, /doctor, a condition of its own pod)'

const namespaceHelp =
  'serve the settings in the ConfigMaps of this namespace of the cluster, as they change, of all revisions or of --revision'

const examples = `
Examples:
  # A built-in example, with a certificate that it makes itself; the curl line that asks it is printed
  sidecar-injector serve

  # The mounted ConfigMaps and Secret of a cluster, read again when they change
  sidecar-injector serve --injectConfigFile /etc/istio/inject/config --valuesFile /etc/istio/inject/values \\
    --meshConfigFile /etc/istio/config/mesh --tlsCertFile /etc/certs/tls.crt --tlsKeyFile /etc/certs/tls.key

  # The same by environment variables, as containers are configured
  SIDECAR_INJECTOR_INJECT_CONFIG_FILE=/etc/istio/inject/config SIDECAR_INJECTOR_PORT=8443 sidecar-injector serve

  # Several revisions of Istio side by side, with a tag
  sidecar-injector serve --revisionsDir /etc/revisions --revisionTags default=1-30

  # The ConfigMaps of the cluster that the kubeconfig names
  sidecar-injector serve -i istio-system

Listens until SIGTERM, then answers what is under way and ends with exit code 0. A start that fails, because settings,
certificate or port cannot be used, says why and ends with 1.
`

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
      .addOption(option('--coverage', coverageHelp).default(false))
      .addOption(option('--podEvents <on|off>', podEventsHelp).choices(['on', 'off']).default('on'))
      .addOption(option('--doctorMinutes <number>', doctorHelp).default(0).argParser(parseMinutes))
      .addOption(
        option('--doctorNamespace <name>', 'namespace of its canary (default: one that is selected)'),
      )
      .addHelpText('after', examples)
      .action((options: ServeOptions) =>
        run(async (terminal) => {
          const { serve } = await import('./serve.ts')
          return serve(options, terminal)
        }),
      )
  },
}
