import type { Writable } from 'node:stream'
import { ReviewError } from '../admission/errors.ts'
import { parseReview } from '../admission/review.ts'
import type { Review } from '../admission/types.ts'
import { faultOf } from '../reviews/fault.ts'
import { shownTexts } from '../reviews/shown-text.ts'
import { podName } from '../reviews/subject.ts'
import { tryPod, type Trial } from '../reviews/trial.ts'
import type { Chosen } from '../revisions/choose.ts'
import type { Revisions } from '../revisions/revisions.ts'
import { detectedText } from './detected.ts'
import { diffText, styler, type Style } from './diff-text.ts'
import { plainText } from './plain-text.ts'
import type { ReviewInput } from './review-input.ts'
import type { NamespaceFacts } from './review-namespaces.ts'

/** What would become of the pod of a review, for people: the decision, then the lines that change. */
export function describeReview(
  revisions: Revisions,
  input: ReviewInput,
  facts: NamespaceFacts,
  stdout: Writable,
): { readonly text: string; readonly allowed: boolean } {
  const style = styler(stdout)
  let review: Review
  try {
    review = parseReview(input.review)
  } catch (error) {
    if (!(error instanceof ReviewError)) throw error
    return {
      text: `${plainText(input.place)}: ${style('red', 'refused')}: ${plainText(error.message)}\n`,
      allowed: false,
    }
  }
  const { object: pod = null, namespace } = review
  const trial = tryPod(revisions, { pod, namespace, ...facts })
  const { choice, outcome, injected } = trial
  const by = choice.kind === 'chosen' ? ` (${chosenText(revisions, choice)})` : ''
  const name = plainText(podName(pod, namespace))
  const head = `${style('bold', name)}: ${verdict(trial, by, style)}\n`
  const diff = injected === undefined ? '' : diffText(...shownTexts(pod, injected), name, style)
  return { text: `${head}${diff}\n`, allowed: outcome.kind !== 'failed' }
}

/** `revision 1-30, as label istio.io/rev of the namespace names it; Istio 1.30.3: values.global.tag is 1.30.3` */
function chosenText({ sole }: Revisions, { revision, source }: Chosen): string {
  const detected = detectedText(revision.settings)
  return sole !== undefined ? detected : `revision ${revision.name}, as ${source.says} it; ${detected}`
}

function verdict({ outcome, rendered }: Trial, by: string, style: Style): string {
  if (outcome.kind === 'failed') {
    const { code, advice } = outcome.error
    const { detail } = faultOf(outcome.error, rendered)
    return `${style('red', 'refused')} (${code})${by}\n${plainText(detail.trimEnd())}\n${advice}`
  }
  const { reason, message, field } = outcome.decision
  const word = outcome.kind === 'injected' ? style('green', 'injected') : style('yellow', 'not injected')
  return `${word} ${plainText(`(${reason}): ${message} [${field}]`)}${by}`
}
