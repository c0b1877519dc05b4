import type { Traits } from '../istio/traits.ts'

/** Several faults as one message, in the layout of the release's hashicorp/go-multierror. */
export function joinFaults(traits: Traits, faults: readonly string[]): string {
  const count = faults.length === 1 ? '1 error' : `${faults.length} errors`
  if (traits.annotations.errors === 'first') return faults[0] ?? ''
  if (traits.annotations.errors === 'bulleted')
    return `${count} occurred:\n\n${faults.map((fault) => `* ${fault}`).join('\n')}`
  return `${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`
}
