import { handleReview } from '../admission/handle.ts'
import { write } from '../goyaml/index.ts'
import { inject } from '../injection/inject.ts'
import type { Settings } from '../injection/settings.ts'
import type { ExitCode, Terminal } from './command.ts'
import { readInput } from './input.ts'
import { readSettings } from './read-settings.ts'
import type { ReviewOptions } from './review-command.ts'
import { describeReview } from './review-diff.ts'
import { readReviews, type ReviewInput } from './review-input.ts'

/** Answers every review of the files, in order. */
export async function runReview(
  files: readonly string[],
  options: ReviewOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const settings = await readSettings(options)
  for (const warning of settings.warnings) terminal.stderr.write(`warning: ${warning}\n`)
  let exitCode: ExitCode = 0
  for (const file of files.length === 0 ? ['-'] : files) {
    const text = await readInput(file, terminal.stdin)
    for (const input of readReviews(text, file === '-' ? 'standard input' : file, options.namespace)) {
      const { text: answer, allowed } = answerTo(settings, input, options, terminal)
      terminal.stdout.write(answer)
      if (!allowed) exitCode = 1
    }
  }
  return exitCode
}

function answerTo(
  settings: Settings,
  input: ReviewInput,
  options: ReviewOptions,
  { stdout }: Terminal,
): { readonly text: string; readonly allowed: boolean } {
  if (options.diff) return describeReview(settings, input, stdout)
  const handled = handleReview((request) => inject(settings, request), input.review, '')
  const allowed = handled.answer?.allowed ?? false
  const format = options.output ?? (input.isLine ? 'json' : 'yaml')
  if (format === 'json') return { text: `${handled.body.trimEnd()}\n`, allowed }
  return { text: `${write(JSON.parse(handled.body))}---\n`, allowed }
}
