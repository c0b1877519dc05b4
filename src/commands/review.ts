import { handleReview } from '../admission/handle.ts'
import { write } from '../goyaml/index.ts'
import type { StringMap } from '../injection/json.ts'
import { injectByRevision } from '../revisions/inject.ts'
import type { Revisions } from '../revisions/revisions.ts'
import type { ExitCode, Terminal } from './command.ts'
import { tellDetected } from './detected.ts'
import { readInput } from './input.ts'
import { readRevisions } from './read-revisions.ts'
import type { ReviewOptions } from './review-command.ts'
import { describeReview } from './review-diff.ts'
import { readReviews, type ReviewInput } from './review-input.ts'

/** Answers every review of the files, in order. */
export async function runReview(
  files: readonly string[],
  options: ReviewOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { stderr } = terminal
  const revisions = await readRevisions(options, (message) => stderr.write(`warning: ${message}\n`))
  const isNamed = options.revisionsDir !== undefined
  for (const { name, settings } of revisions.all) tellDetected(stderr, settings, isNamed ? name : undefined)

  let exitCode: ExitCode = 0
  for (const file of files.length === 0 ? ['-'] : files) {
    const text = await readInput(file, terminal.stdin)
    for (const input of readReviews(text, file === '-' ? 'standard input' : file, options.namespace)) {
      const { text: answer, allowed } = answerTo(revisions, input, options, terminal)
      terminal.stdout.write(answer)
      if (!allowed) exitCode = 1
    }
  }
  return exitCode
}

function answerTo(
  revisions: Revisions,
  input: ReviewInput,
  options: ReviewOptions,
  { stdout }: Terminal,
): { readonly text: string; readonly allowed: boolean } {
  const namespaceLabels: StringMap | undefined =
    options.namespaceLabels && Object.fromEntries(options.namespaceLabels)
  if (options.diff) return describeReview(revisions, input, namespaceLabels, stdout)
  const handled = handleReview(
    (request) => injectByRevision(revisions, { ...request, namespaceLabels }),
    input.review,
    '',
  )
  const allowed = handled.answer?.allowed ?? false
  const format = options.output ?? (input.isLine ? 'json' : 'yaml')
  if (format === 'json') return { text: `${handled.body.trimEnd()}\n`, allowed }
  return { text: `${write(JSON.parse(handled.body))}---\n`, allowed }
}
