import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { ExitCode, Run, Terminal } from './command.ts'
import { UsageError } from './errors.ts'
import { plainText } from './plain-text.ts'
import { commands } from './table.ts'

const examples = `
Examples:
  # What would the sidecar of a built-in example change in a pod, and why?
  sidecar-injector review --diff pod.yaml

  # The same example as a webhook, which prints how to ask it
  sidecar-injector serve

  # With the ConfigMaps of a cluster
  sidecar-injector kube-inject --injectConfigFile inject-config.yaml --meshConfigFile mesh-config.yaml -f web.yaml

Every command teaches by more of them: sidecar-injector COMMAND --help
`

/** Runs the command that the arguments name (`argv` without node and script) and resolves with its exit code. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const program = createProgram(terminal, async (action) => {
    exitCode = await action(terminal)
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return failure(error, terminal)
  }
}

function createProgram(terminal: Terminal, run: Run): Command {
  const program = new Command('sidecar-injector')
    .description("Injects Istio's sidecar into pods, as the release that the ConfigMaps come from would.")
    .version(packageJson.version, '--version', 'print the version alone')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
  for (const row of commands) row.define(program.command(row.name).description(row.summary), run)
  return program
}

function failure(error: unknown, { stderr }: Terminal): ExitCode {
  // commander has already written what is wrong, with a suggestion; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const message = error instanceof Error ? error.message : String(error)
  stderr.write(`error: ${plainText(message)}\n`)
  return error instanceof UsageError ? 2 : 1
}
