import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/*
 * Nearly everything that a review makes is garbage a millisecond later, and what lives (settings, caches) hardly
 * changes. V8 expects other programs: under load it lets its young generation grow to 128 MB and its old one to several
 * times what lives there, which is most of what is then resident (docs/performance.md). The bound of the young
 * generation, --max-semi-space-size, can only be given when Node starts; how both grow can be changed later.
 */

/** How much may be added to what lives in the old generation before it is collected, in percent; less is felt by large pods. */
const oldGrowth = 100

/** The young generation, both halves, in bytes: what some thirty reviews make. */
const enoughYoung = 16 * 1024 * 1024

const intervalMs = 100

/** Lets the old generation grow little, and the young one until it is large enough. */
export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${oldGrowth}`)
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (young === undefined || young.space_size < enoughYoung) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, intervalMs)
  timer.unref()
}
