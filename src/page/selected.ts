import type { Judgement } from '../coverage/judge.ts'
import { injectorOf } from '../selection/injector.ts'
import type { Selection } from '../selection/select.ts'
import type { ReviewedPod, ReviewedWebhook } from './answers.ts'

/** What is said of a pod beside what it is called. */
export type Described = Omit<ReviewedPod, 'kind' | 'name' | 'isMade'>

/** What becomes of a pod that comes to no injector, as `explain` says it; undefined for one that does. */
export function keptOut({ by, choice, decision }: Judgement): Described | undefined {
  const webhook = webhookOf(by)
  if (choice === undefined) {
    const { reason, message, field, warnings } = decision
    return { ...webhook, verdict: 'skipped', reason, message, field, warnings, rendered: [] }
  }
  if (by === undefined) return undefined
  const { entry, field, because } = by
  const said = { ...webhook, field, warnings: [], rendered: [] }
  if (by.kind === 'refused') {
    const message = `webhook ${entry.name}: ${because}`
    return { ...said, verdict: 'refused', reason: 'condition-failed', message }
  }
  if (!decision.inject || (by.kind !== 'left-out' && by.kind !== 'passed-over')) return undefined
  const message = `webhook ${entry.name} is not called, as ${because}`
  return { ...said, verdict: 'skipped', reason: 'match-condition', message }
}

/** What is to be said of a selection that hangs on what is not known here. */
export function unknownOf(by: Selection | undefined): readonly string[] {
  if (by?.kind !== 'unknown') return []
  return [`whether webhook ${by.entry.name} is called is not known here: ${by.because}`]
}

/** What follows `/inject` in a webhook's path. One with a broken escape is none that the injector would take. */
export function pathOf(by: Selection | undefined): string {
  const path = by === undefined ? '' : (injectorOf(by.entry)?.path ?? '')
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return path
    throw error
  }
}

/** Which webhook decides, where they are known. */
export function webhookOf(by: Selection | undefined): { readonly webhook?: ReviewedWebhook } {
  if (by === undefined) return {}
  const { entry, kind, because } = by
  return { webhook: { name: entry.name, configuration: entry.configuration, kind, because } }
}
