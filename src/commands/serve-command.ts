import { logLevels, type LogLevel } from '../telemetry/log-levels.ts'
import type { CommandRow } from './command.ts'
import { option, parsePort, parseSeconds } from './options.ts'

/** The options of `serve`, as commander gives them. */
export interface ServeOptions {
  readonly port: number
  readonly operationsPort: number
  readonly address?: string
  readonly tlsCertFile?: string
  readonly tlsKeyFile?: string
  readonly injectConfigFile?: string
  readonly meshConfigFile?: string
  readonly valuesFile?: string
  readonly istioVersion?: string
  readonly revision?: string
  readonly drainSeconds: number
  readonly logLevel: LogLevel
}

export const serveCommand: CommandRow = {
  name: 'serve',
  summary: 'answer the API server: the mutating admission webhook',
  define(command, run) {
    command
      .addOption(option('--port <number>', 'port of the webhook (TLS)').default(9443).argParser(parsePort))
      .addOption(
        option('--operationsPort <number>', 'port of /healthz, /readyz and /metrics')
          .default(8080)
          .argParser(parsePort),
      )
      .addOption(option('--address <ip>', 'address to listen on (default: all)'))
      .addOption(
        option('--tlsCertFile <path>', 'certificate with its chain, PEM (default: self-made, in certs/)'),
      )
      .addOption(option('--tlsKeyFile <path>', 'private key of the certificate, PEM'))
      .addOption(
        option(
          '--injectConfigFile <path>',
          'key "config" of ConfigMap istio-sidecar-injector (default: an example)',
        ),
      )
      .addOption(option('--meshConfigFile <path>', 'key "mesh" of ConfigMap istio'))
      .addOption(
        option('--valuesFile <path>', 'key "values" of ConfigMap istio-sidecar-injector (from Istio 1.2)'),
      )
      .addOption(option('--istioVersion <release>', 'release to inject as, e.g. 1.30.3 (default: detected)'))
      .addOption(option('--revision <name>', 'revision that injects, for templates and labels'))
      .addOption(
        option(
          '--drainSeconds <number>',
          'how long to go on serving after SIGTERM, until no traffic comes any more',
        )
          .default(5)
          .argParser(parseSeconds),
      )
      .addOption(
        option('--logLevel <level>', 'least level that is written').choices(logLevels).default('info'),
      )
      .action((options: ServeOptions) =>
        run(async (terminal) => {
          const { serve } = await import('./serve.ts')
          return serve(options, terminal)
        }),
      )
  },
}
