import type { Facts } from './facts.ts'
import type { PathFault } from './path-fault.ts'
import { certain, type Certainty, type Found } from './finding.ts'

const who: Readonly<Record<PathFault['source'], string>> = {
  canary: 'the canary was told',
  event: 'an Event says',
  probe: "the API server's proxy says",
}

/** The fault in the words of who told of it; empty if there is none. */
export function told({ fault }: Facts): string {
  return fault === undefined ? '' : `${who[fault.source]}: ${fault.text}`
}

/** A cause that a fault of this kind is enough for. */
export function toldOf(kind: PathFault['kind'], title: string) {
  return (facts: Facts): Found | undefined =>
    facts.fault?.kind === kind ? certain(title, told(facts)) : undefined
}

/** What an Event says was so some minutes ago. */
export function certaintyOf({ fault }: Facts): Certainty {
  return fault?.source === 'event' ? 'probable' : 'certain'
}
