import { Command, type Option } from 'commander'
import type { CommandRow, Run } from '../../src/commands/command.ts'
import { commands } from '../../src/commands/table.ts'

/** docs/commands.md */
export function commandsPage(): string {
  return `# Commands

<!-- Made from src/commands/ by \`npm run reference\`; do not edit. -->

From a checkout: \`npm run --silent sidecar-injector -- COMMAND …\`; where it is installed: \`sidecar-injector COMMAND …\`.
Every flag that has an environment variable can be given by it, too; the command line wins.

Exit codes: 0 done, 1 failed (for \`review\`: a pod was refused), 2 called wrongly, 3 (\`doctor\`) a cause was found.

${commands.map((row) => `- [\`${row.name}\`](#${row.name}): ${row.summary}`).join('\n')}

${commands.map(section).join('\n')}`
}

const noRun: Run = () => Promise.resolve()

function section(row: CommandRow): string {
  const command = new Command(row.name).description(row.summary)
  row.define(command, noRun)
  const usage = `sidecar-injector ${row.name} ${command.usage()}`
  return `## ${row.name}

${sentence(row.summary)}

    ${usage}

| flag | what it is | default | environment |
|---|---|---|---|
${command.options.map(optionRow).join('\n')}
${examples(command)}`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function optionRow({ flags, description, defaultValue, envVar, argChoices }: Option): string {
  const choices =
    argChoices === undefined ? '' : `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`
  const value = defaultValue === undefined || defaultValue === false ? '' : `\`${String(defaultValue)}\``
  const variable = envVar === undefined ? '' : `\`${envVar}\``
  return `| \`${cell(flags)}\` | ${cell(description)}${choices} | ${value} | ${variable} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** What the help says after the options, as a block of text. */
function examples(command: Command): string {
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
  const after = help.slice(command.helpInformation().length).trim()
  return after === '' ? '' : `\n${indented(after)}\n`
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')
}
