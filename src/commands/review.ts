import { ReviewError } from '../admission/errors.ts'
import { handleReview } from '../admission/handle.ts'
import { parseReview } from '../admission/review.ts'
import { shownText } from '../reviews/shown-text.ts'
import { injectByRevision } from '../revisions/inject.ts'
import type { Revisions } from '../revisions/revisions.ts'
import { isClusterMeant } from './cluster-options.ts'
import type { ExitCode, Terminal } from './command.ts'
import { tellDetected } from './detected.ts'
import { readInput } from './input.ts'
import { readClusterRevisions, type ReadCluster } from './read-cluster.ts'
import { readRevisions } from './read-revisions.ts'
import type { ReviewOptions } from './review-command.ts'
import { describeReview } from './review-diff.ts'
import { readReviews, type ReviewInput } from './review-input.ts'
import { namespacesOf, type NamespaceFacts } from './review-namespaces.ts'

/** Answers every review of the files, in order. */
export async function runReview(
  files: readonly string[],
  options: ReviewOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { stderr } = terminal
  const warn = (message: string): void => void stderr.write(`warning: ${message}\n`)
  const cluster = isClusterMeant(options) ? await readClusterRevisions(options, warn) : undefined
  const revisions = cluster?.revisions ?? (await readRevisions(options, warn))
  const factsOf = factsBy(options, cluster, warn)
  const isNamed = options.revisionsDir !== undefined || cluster !== undefined
  for (const { name, settings } of revisions.all) tellDetected(stderr, settings, isNamed ? name : undefined)

  let exitCode: ExitCode = 0
  for (const file of files.length === 0 ? ['-'] : files) {
    const text = await readInput(file, terminal.stdin)
    for (const input of readReviews(text, file === '-' ? 'standard input' : file, options.namespace)) {
      const facts = await factsOf(input)
      const { text: answer, allowed } = answerTo(revisions, input, { ...options, facts }, terminal)
      terminal.stdout.write(answer)
      if (!allowed) exitCode = 1
    }
  }
  await cluster?.client.close()
  return exitCode
}

/** What is known of the namespace of a review: what the flag says, else what the cluster does. */
function factsBy(
  { namespaceLabels }: ReviewOptions,
  cluster: ReadCluster | undefined,
  warn: (message: string) => void,
): (input: ReviewInput) => Promise<NamespaceFacts> {
  const named = namespaceLabels && { namespaceLabels: Object.fromEntries(namespaceLabels) }
  if (cluster === undefined) return () => Promise.resolve(named ?? {})
  const lookUp = namespacesOf(cluster.client, warn)
  return async (input) => {
    const namespace = namespaceOf(input)
    return namespace === '' ? { ...named } : { ...(await lookUp(namespace)), ...named }
  }
}

/** "" for what is no review, which its answer says. */
function namespaceOf({ review }: ReviewInput): string {
  try {
    return parseReview(review).namespace
  } catch (error) {
    if (error instanceof ReviewError) return ''
    throw error
  }
}

function answerTo(
  revisions: Revisions,
  input: ReviewInput,
  options: ReviewOptions & { readonly facts: NamespaceFacts },
  { stdout }: Terminal,
): { readonly text: string; readonly allowed: boolean } {
  const { facts } = options
  if (options.diff) return describeReview(revisions, input, facts, stdout)
  const handled = handleReview(
    (request) => injectByRevision(revisions, { ...request, ...facts }),
    input.review,
    '',
  )
  const allowed = handled.answer?.allowed ?? false
  const format = options.output ?? (input.isLine ? 'json' : 'yaml')
  if (format === 'json') return { text: `${handled.body.trimEnd()}\n`, allowed }
  return { text: `${shownText(JSON.parse(handled.body))}---\n`, allowed }
}
