import type { Command } from 'commander'
import { option } from './options.ts'

/** The settings flags, which are the same for every command (istioctl's names). */
export interface SettingsFlags {
  readonly injectConfigFile?: string
  readonly meshConfigFile?: string
  readonly valuesFile?: string
  readonly istioVersion?: string
  readonly revision?: string
}

/** Adds the settings flags to a command; `fallback` says what is used without them. */
export function addSettingsOptions(command: Command, fallback: string): Command {
  return command
    .addOption(
      option(
        '--injectConfigFile <path>',
        `key "config" of ConfigMap istio-sidecar-injector (default: ${fallback})`,
      ),
    )
    .addOption(option('--meshConfigFile <path>', 'key "mesh" of ConfigMap istio (default: built-in)'))
    .addOption(
      option('--valuesFile <path>', 'key "values" of ConfigMap istio-sidecar-injector (from Istio 1.2)'),
    )
    .addOption(option('--istioVersion <release>', 'release to inject as, e.g. 1.30.3 (default: detected)'))
    .addOption(option('--revision <name>', 'revision that injects, for templates and labels'))
}
