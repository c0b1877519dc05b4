import type { Explanation, NowLine, Verdict, WebhookLine } from '../explanation/explanation.ts'
import { shownTexts } from '../reviews/shown-text.ts'
import { diffText, type Style } from './diff-text.ts'
import { plainItem } from './plain-text.ts'

const words: Readonly<Record<Verdict, readonly [format: 'red' | 'green' | 'yellow', text: string]>> = {
  injected: ['green', 'injected'],
  outdated: ['yellow', 'outdated'],
  'not-injected': ['red', 'not injected'],
  'would-be-injected': ['green', 'would be injected'],
  'would-not-be-injected': ['yellow', 'would not be injected'],
  'would-be-refused': ['red', 'would be refused'],
  'not-known': ['yellow', 'not known'],
}

/** An explanation for people. */
export function explanationText(explanation: Explanation, style: Style, wantsDiff: boolean): string {
  const { kind, namespace, name, verdict, reason, message, field } = explanation
  const [format, word] = words[verdict]
  const title = oneEntry(
    kind === 'Namespace' ? `namespace ${name}` : `${kind.toLowerCase()} ${namespace}/${name}`,
  )
  const place = field === '' ? '' : ` [${field}]`
  const why = oneEntry(`(${reason}): ${message}${place}`)
  const lines = [
    `${style('bold', title)}: ${style(format, word)} ${why}`,
    ...section('seen', explanation.evidence),
    ...nowLines(explanation).map((line) => `  ${oneEntry(line)}`),
    ...section('webhooks, in the order of the calls', explanation.webhooks.map(webhookText)),
    ...section('pods that are there', explanation.pods.map(podsText)),
    ...section('Events', explanation.events.slice(0, mostEvents).map(eventText)),
    ...section('kubectl would warn', explanation.warnings),
    ...section('what to do', explanation.advice),
    ...section('not known', explanation.notKnown),
  ]
  return `${lines.join('\n')}\n${wantsDiff ? changeText(explanation, title, style) : ''}`
}

/** Its further lines, a refusal's for instance, cannot pass for another line of ours. */
function oneEntry(text: string): string {
  return plainItem(text, '      ').trimStart()
}

/** Older ones say the same. */
const mostEvents = 3

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((line) => plainItem(line, '    '))]
}

const outcomes: Readonly<Record<NowLine['outcome'], string>> = {
  injected: 'it would be injected',
  'not-injected': 'it would not be injected',
  refused: 'it would be refused',
  'not-known': 'it is not known what would become of it',
}

function nowLines({ exists, now, reason, revision, release }: Explanation): readonly string[] {
  const by = revision === undefined ? '' : `revision ${revision}, ${release ?? ''}`
  if (!exists) return by === '' ? [] : [`by: ${by}`]
  const why =
    now.reason === reason
      ? ''
      : ` (${now.reason}): ${now.message}${now.field === '' ? '' : ` [${now.field}]`}`
  return [`created now: ${outcomes[now.outcome]}${why}`, ...(by === '' ? [] : [`by: ${by}`])]
}

function webhookText({ configuration, name, kind, field, because, failurePolicy }: WebhookLine): string {
  const place = `${configuration}/${name} (failurePolicy ${failurePolicy})`
  if (kind === 'called') return `called      ${place}`
  const end = field === '' ? because : `${field}: ${because}`
  return `${kind === 'unknown' ? 'not known  ' : kind === 'refused' ? 'refuses    ' : 'not called '} ${place}: ${end}`
}

function podsText({ state, reason, count, names }: Explanation['pods'][number]): string {
  const more = count > names.length ? ', …' : ''
  return `${count} ${state} (${reason}): ${names.join(', ')}${more}`
}

function eventText({ time, object, reason, message, count }: Explanation['events'][number]): string {
  return `${time} ${object} ${reason}${count > 1 ? ` (${count} times)` : ''}: ${message}`
}

function changeText({ change }: Explanation, name: string, style: Style): string {
  return change === undefined ? '' : diffText(...shownTexts(change.before, change.after), name, style)
}
