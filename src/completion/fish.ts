import type { CompletedOption, CompletedProgram, CompletedValue } from './words.ts'
import { firstSentence } from './zsh.ts'

/** A script for fish. */
export function fishScript({ name, options, commands }: CompletedProgram): string {
  const all = commands.map((command) => command.name).join(' ')
  const none = `not __fish_seen_subcommand_from ${all}`
  const lines = [
    `complete -c ${name} -f`,
    ...options.map((option) => line(name, none, optionWords(option))),
    ...commands.map((command) =>
      line(name, none, `-a ${command.name} -d ${quoted(firstSentence(command.help))}`),
    ),
    ...commands.flatMap((command) => {
      const seen = `__fish_seen_subcommand_from ${command.name}`
      const takes = command.takes === undefined ? '' : argumentWords(command.takes)
      return [
        ...command.options.map((option) => line(name, seen, optionWords(option))),
        ...(takes === '' ? [] : [line(name, seen, takes)]),
      ]
    }),
  ]
  return `# fish completion of ${name}\n\n${lines.join('\n')}\n`
}

function line(name: string, condition: string, words: string): string {
  return `complete -c ${name} -n ${quoted(condition)} ${words}`
}

function optionWords({ flags, help, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  return [
    ...names,
    ...(value === undefined ? [] : [valueWords(value)]),
    `-d ${quoted(firstSentence(help))}`,
  ].join(' ')
}

function valueWords(value: CompletedValue): string {
  if (value.kind === 'file') return '-r -F'
  return value.kind === 'choices' ? `-x -a ${quoted(value.choices.join(' '))}` : '-x'
}

function argumentWords(value: CompletedValue): string {
  if (value.kind === 'file') return '-F'
  return value.kind === 'choices' ? `-a ${quoted(value.choices.join(' '))}` : ''
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
