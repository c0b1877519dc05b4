import { Argument } from 'commander'
import type { CommandRow } from './command.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

const examples = `
Examples:
  # For this shell, and for every later one of this user
  eval "$(sidecar-injector completion bash)"
  echo 'eval "$(sidecar-injector completion bash)"' >> ~/.bashrc

  # The same for zsh, after compinit
  eval "$(sidecar-injector completion zsh)"
  sidecar-injector completion zsh > "\${fpath[1]}/_sidecar-injector"

  # And for fish
  sidecar-injector completion fish > ~/.config/fish/completions/sidecar-injector.fish
`

export const completionCommand: CommandRow = {
  name: 'completion',
  summary: 'print what has a shell complete commands, options and their values',
  define(command, run) {
    command
      .addArgument(new Argument('<shell>', 'the shell that is to read it').choices(shells))
      .addHelpText('after', examples)
      .action((shell: Shell) =>
        run(async ({ stdout }) => {
          const { completionScript } = await import('../completion/script.ts')
          stdout.write(completionScript(shell, command.parent ?? command))
          return 0
        }),
      )
  },
}
