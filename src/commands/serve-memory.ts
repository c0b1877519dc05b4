import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/*
 * Nearly everything that a review makes is garbage a millisecond later, so V8's young generation need not be large.
 * Left alone it grows to 128 MB under load, most of what is then resident (docs/performance.md). Its bound,
 * --max-semi-space-size, can only be given when Node starts; how it grows can be changed later.
 */

/** Both halves, in bytes: what some thirty reviews make. */
const enough = 16 * 1024 * 1024

const intervalMs = 100

/** Lets the young generation grow until it is large enough, and no further. */
export function boundYoungGeneration(): void {
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (young === undefined || young.space_size < enough) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, intervalMs)
  timer.unref()
}
