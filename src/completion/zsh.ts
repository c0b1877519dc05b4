import type { CompletedCommand, CompletedOption, CompletedProgram, CompletedValue } from './words.ts'

/** A script for zsh, to be sourced or to be put into a folder of $fpath as `_NAME`. */
export function zshScript({ name, options, commands }: CompletedProgram): string {
  const shell = `_${name.replaceAll('-', '_')}`
  return `#compdef ${name}

${shell}() {
  local state
  local -a commands
  commands=(
${commands.map((command) => `    ${quoted(`${escaped(command.name)}:${firstSentence(command.help)}`)}`).join('\n')}
  )
  _arguments -C ${specs(options)} '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}

if [[ $funcstack[1] == _${name} ]]; then ${shell} "$@"; else compdef ${shell} ${name}; fi
`
}

function commandCase({ name, options, takes }: CompletedCommand): string {
  const rest = takes === undefined ? [] : [quoted(`*:argument:${action(takes)}`)]
  return `        ${name}) _arguments ${[specs(options), ...rest].join(' ')} ;;`
}

function specs(options: readonly CompletedOption[]): string {
  return options.flatMap(optionSpecs).join(' ')
}

/** One for each of its flags; which exclude each other, but where an option may come several times, as files do. */
function optionSpecs({ flags, help, valueName, value }: CompletedOption): string[] {
  const before = value?.kind === 'file' ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : ''
  const what = `[${escaped(firstSentence(help)).replace(/[[\]]/g, '\\$&')}]`
  if (value === undefined) return flags.map((flag) => quoted(before + flag + what))
  const then = `:${escaped(valueName)}:${action(value)}`
  return flags.map((flag) => quoted(before + flag + (flag.startsWith('--') ? '=' : '+') + what + then))
}

function action(value: CompletedValue): string {
  if (value.kind === 'file') return '_files'
  return value.kind === 'choices' ? `(${value.choices.join(' ')})` : ''
}

function escaped(text: string): string {
  return text.replace(/[:\\]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Help that fits a line of a menu. */
export function firstSentence(help: string): string {
  return help.split(/[;\n]/)[0]?.trim() ?? ''
}
