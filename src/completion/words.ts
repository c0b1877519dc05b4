import type { Command, Option } from 'commander'

/** What may follow an option or a command. */
export type CompletedValue =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'file' }
  /** A name, a number, …: something that the shell cannot know. */
  | { readonly kind: 'other' }

export interface CompletedOption {
  /** `-o`, `--output` */
  readonly flags: readonly string[]
  readonly help: string
  /** `format`; empty for an option without a value. */
  readonly valueName: string
  /** Undefined for an option without a value. */
  readonly value: CompletedValue | undefined
}

export interface CompletedCommand {
  readonly name: string
  readonly help: string
  readonly options: readonly CompletedOption[]
  /** What it takes beside options; undefined if nothing. */
  readonly takes: CompletedValue | undefined
}

/** The words that a shell completes: of a program's commands, with what each of them takes. */
export interface CompletedProgram {
  readonly name: string
  readonly options: readonly CompletedOption[]
  readonly commands: readonly CompletedCommand[]
}

/** Reads them from the program itself, so that completion knows no less and no more than the help. */
export function wordsOf(program: Command): CompletedProgram {
  const help = program.createHelp()
  const commands = help.visibleCommands(program).map((command) => ({
    name: command.name(),
    help: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    takes: takes(command, program),
  }))
  return { name: program.name(), options: help.visibleOptions(program).map(optionOf), commands }
}

function optionOf({
  short,
  long,
  description,
  flags,
  argChoices,
  required,
  optional,
}: Option): CompletedOption {
  const [, valueName = ''] = /[<[]([^>\]]*)[>\]]/.exec(flags) ?? []
  return {
    flags: [short, long].filter((flag) => flag !== undefined && flag !== null),
    help: description,
    valueName,
    value: required || optional ? valueOf(argChoices, valueName) : undefined,
  }
}

function takes(command: Command, program: Command): CompletedValue | undefined {
  const [argument] = command.registeredArguments
  if (argument === undefined) return undefined
  // The help's own: the name of a command.
  if (argument.name() === 'command')
    return { kind: 'choices', choices: program.commands.map((each) => each.name()) }
  return valueOf(argument.argChoices, argument.name())
}

function valueOf(choices: readonly string[] | undefined, name: string): CompletedValue {
  if (choices !== undefined) return { kind: 'choices', choices }
  return /^(path|file)s?$/.test(name) ? { kind: 'file' } : { kind: 'other' }
}
