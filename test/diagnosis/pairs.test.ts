/** Several causes at once: each that can be seen is named, the one that stops the canary first hides what only a canary tells, and nothing else is. */
import fc from 'fast-check'
import t from 'tap'
import { causes, diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import { clusterOf, openClusterOf, slotOf, stageOf, troubles, type Trouble } from './troubles.ts'

/** Up to three that can hold together. */
const together = fc
  .uniqueArray(fc.constantFrom(...troubles), { minLength: 1, maxLength: 3, selector: slotOf })
  .filter((all) => all.length > 0)

/** Told of all that hold: what stands there, what can be seen without a canary, and what has stopped the canary first. */
function visible(all: readonly Trouble[]): readonly string[] {
  const first = Math.min(...all.map(stageOf))
  const told = all.filter((each) => each.isSeen || (each.stage !== undefined && stageOf(each) === first))
  const names = told.map(({ cause }) => cause)
  const consequences = new Set(
    names.flatMap((name) => causes.find(({ id }) => id === name)?.consequences ?? []),
  )
  return names.filter((name) => !consequences.has(name)).toSorted()
}

function found(seen: Observations): readonly string[] {
  return diagnose(seen)
    .findings.map(({ cause }) => cause)
    .toSorted()
}

t.test('alone', (t) => {
  for (const trouble of troubles) t.same(found(clusterOf([trouble])), [trouble.cause], trouble.cause)
  t.end()
})

t.test('every pair', (t) => {
  for (const [index, one] of troubles.entries()) {
    for (const other of troubles.slice(index + 1)) {
      if (slotOf(one) === slotOf(other)) continue
      const all = [one, other]
      t.same(found(clusterOf(all)), visible(all), all.map(({ cause }) => cause).join(' and '))
    }
  }
  t.end()
})

t.test('threes', (t) => {
  fc.assert(
    fc.property(together, (all) => {
      t.same(found(clusterOf(all)), visible(all), all.map(({ cause }) => cause).join(', '))
    }),
    { numRuns: 300, seed: 7 },
  )
  t.end()
})

t.test('failing open', (t) => {
  fc.assert(
    fc.property(together, (all) => {
      const first = Math.min(...all.map(stageOf))
      const stopped = all.find((each) => each.stage !== undefined && stageOf(each) === first)
      const isOpen = stopped?.stage === 'call' || stopped?.stage === 'tls'
      // Nobody tells the reason then, but for what can be seen.
      const expected = isOpen
        ? [...visible(all).filter((cause) => cause !== stopped.cause || stopped.isSeen), 'failing-open']
        : visible(all)
      t.same(found(openClusterOf(all)), expected.toSorted(), all.map(({ cause }) => cause).join(', '))
    }),
    { numRuns: 300, seed: 8 },
  )
  t.end()
})
