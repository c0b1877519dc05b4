import type { CompletedCommand, CompletedProgram, CompletedValue } from './words.ts'

/** A script of functions for bash, from 3.2 (macOS) on. */
export function bashScript({ name, options, commands }: CompletedProgram): string {
  const shell = `_${name.replaceAll('-', '_')}`
  return `# bash completion of ${name}

${shell}_from() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

${shell}_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
  type compopt > /dev/null 2>&1 && compopt -o filenames
}

${shell}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command='' i
  # --output=json is three words: bash splits at the sign.
  if [[ $word == = ]]; then word=''; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then command=\${COMP_WORDS[i]}; break; fi
  done
  COMPREPLY=()
  case "$command $before" in
${commands.flatMap(valueCases(shell)).join('\n')}
  esac
  case "$command $word" in
    ' -'*) ${shell}_from ${listed(options.flatMap(({ flags }) => flags))} "$word" ;;
    ' '*) ${shell}_from ${listed(commands.map((command) => command.name))} "$word" ;;
${commands.flatMap(wordCases(shell)).join('\n')}
  esac
}

complete -F ${shell} ${name}
`
}

function valueCases(shell: string) {
  return ({ name, options }: CompletedCommand): string[] =>
    options.flatMap(({ flags, value }) => {
      if (value === undefined) return []
      const patterns = flags.map((flag) => `'${name} ${flag}'`).join(' | ')
      return [`    ${patterns}) ${completed(shell, value)}return ;;`]
    })
}

function wordCases(shell: string) {
  return ({ name, options, takes }: CompletedCommand): string[] => {
    const flags = options.flatMap((option) => option.flags)
    const rest = takes === undefined ? '' : completed(shell, takes)
    return [
      `    '${name} -'*) ${shell}_from ${listed(flags)} "$word" ;;`,
      ...(rest === '' ? [] : [`    '${name} '*) ${rest};;`]),
    ]
  }
}

function completed(shell: string, value: CompletedValue): string {
  if (value.kind === 'file') return `${shell}_files "$word"; `
  return value.kind === 'choices' ? `${shell}_from ${listed(value.choices)} "$word"; ` : ''
}

/** A line each, so that no word is split. */
function listed(words: readonly string[]): string {
  return `$'${words.join('\\n')}'`
}
