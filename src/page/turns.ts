/** Runs work when it is its turn; undefined if too many wait already. */
export type Turns = <Value>(work: () => Promise<Value>) => Promise<Value> | undefined

/**
 * Work that is done one after the other: questions of many people at once take no more of the process than those of one.
 * `most` is how many may be there, with the one that is being worked on.
 */
export function createTurns(most: number): Turns {
  let count = 0
  let last: Promise<unknown> = Promise.resolve()

  return (work) => {
    if (count >= most) return undefined
    count++
    const mine = last.then(work).finally(() => count--)
    // Whoever asked hears of a failure; the next one's turn comes all the same.
    last = mine.catch(() => undefined)
    return mine
  }
}

/** Lets everything else that waits have its turn: the webhook's answers, first of all. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
