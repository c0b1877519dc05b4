/** time.Duration as templates see it. */
import { formatDuration } from '../../golang/duration.ts'
import { goScalar, type GoMethod, type GoScalar, type Value } from '../../gotemplate/index.ts'

const units: ReadonlyMap<string, bigint> = new Map([
  ['Nanoseconds', 1n],
  ['Microseconds', 1_000n],
  ['Milliseconds', 1_000_000n],
])

const floatUnits: ReadonlyMap<string, bigint> = new Map([
  ['Seconds', 1_000_000_000n],
  ['Minutes', 60_000_000_000n],
  ['Hours', 3_600_000_000_000n],
])

/** A time.Duration of so many nanoseconds, which prints as `1h2m3s`. */
export function durationValue(nanoseconds: bigint): GoScalar {
  return {
    ...goScalar('int64', 'time.Duration', nanoseconds),
    toText: () => formatDuration(nanoseconds),
    method: (name) => durationMethod(nanoseconds, name),
  }
}

function durationMethod(nanoseconds: bigint, name: string): GoMethod | undefined {
  const unit = units.get(name)
  if (unit !== undefined) return getter(goScalar('int64', 'int64', nanoseconds / unit))
  const floatUnit = floatUnits.get(name)
  if (floatUnit !== undefined) return getter(inUnits(nanoseconds, floatUnit))
  switch (name) {
    case 'String':
      return getter(formatDuration(nanoseconds))
    case 'Abs':
      return getter(durationValue(nanoseconds < 0n ? -nanoseconds : nanoseconds))
    default:
      return undefined
  }
}

/** Whole units and the rest apart, as Go adds them. */
function inUnits(nanoseconds: bigint, unit: bigint): number {
  return Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit)
}

function getter(value: Value): GoMethod {
  return { params: [], call: () => value }
}
