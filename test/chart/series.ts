/* Series as they were scraped, and as promtool takes them. */

export type Labels = Readonly<Record<string, string>>

/** What a target answered, if it did. */
export interface Scrape {
  /** What Prometheus adds: job, instance, … */
  readonly target: Labels
  /** Prometheus' text; undefined for a target that is gone. */
  readonly page: string | undefined
}

/** The samples of some moments, one after the other. */
export interface Recording {
  readonly moments: readonly {
    /** What had happened. */
    readonly name: string
    /** Unix time in seconds. */
    readonly at: number
  }[]
  /** By series with its labels: the value at each moment; null where there was none. */
  readonly series: Readonly<Record<string, readonly (number | null)[]>>
}

/** A series and its values in promtool's notation, where `_` is no sample, and `stale` the end of it. */
export interface InputSeries {
  readonly series: string
  readonly values: string
}

/** `up{instance="10.0.0.1:8080",job="…"}`: labels are in order, so that the same series has one name. */
export function seriesName(name: string, labels: Labels): string {
  const parts = Object.entries(labels)
    .toSorted(byName)
    .map(([key, value]) => `${key}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
  return `${name}{${parts.join(',')}}`
}

/** A recording that grows by the moment; of metrics with these names. */
export function recorder(names: ReadonlySet<string>) {
  const moments: { name: string; at: number }[] = []
  const series = new Map<string, (number | null)[]>()

  function take(name: string, value: number): void {
    const values = series.get(name) ?? []
    while (values.length < moments.length) values.push(null)
    values[moments.length - 1] = value
    series.set(name, values)
  }

  return {
    add(name: string, at: number, scrapes: readonly Scrape[]): void {
      moments.push({ name, at })
      for (const { target, page } of scrapes) {
        if (page === undefined) continue
        take(seriesName('up', target), 1)
        for (const sample of samplesOf(page)) {
          if (names.has(sample.name))
            take(seriesName(sample.name, { ...target, ...sample.labels }), sample.value)
        }
      }
      for (const values of series.values()) while (values.length < moments.length) values.push(null)
    },
    done: (): Recording => ({ moments, series: Object.fromEntries([...series].toSorted(byName)) }),
  }
}

/** Orders entries of a map; no two have one name. */
export function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

const line = /^(\w+)(?:\{(.*)\})? (\S+)$/
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g

function* samplesOf(page: string): Generator<{ name: string; labels: Labels; value: number }> {
  for (const text of page.split('\n')) {
    const [, name, all = '', value] = line.exec(text) ?? []
    if (name === undefined) continue
    const labels = [...all.matchAll(label)].map(([, key = '', quoted = '']) => [
      key,
      quoted.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character)),
    ])
    yield { name, labels: Object.fromEntries(labels), value: Number(value) }
  }
}

/** The time from a moment of a recording to the next, as it is played. */
export interface Span {
  /** The moment's minute. */
  readonly start: number
  readonly minutes: number
  /** Whether counters rise evenly in it, to what they are at its end; else they are so at once then. */
  readonly even: boolean
}

/**
 * A recording, played at another pace, with a span for each of its moments. Gauges stay until the next moment. Times
 * (…_timestamp_seconds, …_start_time_seconds) are as far away as they were, as promtool's clock starts at 0.
 */
export function played({ moments, series }: Recording, spans: readonly Span[]): InputSeries[] {
  return Object.entries(series).map(([name, values]) => {
    const isTime = /^\w+_(timestamp|start_time)_seconds\{/.test(name)
    const isCounter = /^\w+_(total|count|bucket|sum)\{/.test(name)
    const shifts = new Map<number, number>()
    const shifted = values.map((value, index) => {
      if (value === null || !isTime) return value
      const shift = shifts.get(value) ?? (spans[index]?.start ?? 0) * 60 - (moments[index]?.at ?? 0)
      shifts.set(value, shift)
      return value + shift
    })
    const samples = spans.flatMap((span, index) => {
      const [before = null, value = null, next = null] = [
        shifted[index - 1],
        shifted[index],
        shifted[index + 1],
      ]
      if (value === null) return ends(before !== null, span)
      return rises(value, isCounter && span.even ? (next ?? value) : value, span)
    })
    return { series: name, values: samples.join(' ') }
  })
}

function ends(wasThere: boolean, { minutes }: Span): string[] {
  return Array.from({ length: minutes }, (_, minute) => (wasThere && minute === 0 ? 'stale' : '_'))
}

function rises(from: number, to: number, { minutes }: Span): string[] {
  // A counter that is less than before has started anew.
  const rise = Math.max(0, to - from)
  return Array.from({ length: minutes }, (_, minute) => String(from + (rise * minute) / minutes))
}
