import type { Command } from 'commander'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { wordsOf, type CompletedProgram } from './words.ts'
import { zshScript } from './zsh.ts'

const scripts: Readonly<Record<'bash' | 'zsh' | 'fish', (program: CompletedProgram) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** What a shell is to read, so that it completes a program's commands, options and values. */
export function completionScript(shell: keyof typeof scripts, program: Command): string {
  return scripts[shell](wordsOf(program))
}
