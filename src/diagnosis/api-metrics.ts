import type { MetricsChange, SeriesChange } from './observations.ts'

/** A line of a page in Prometheus' text form. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A page of one API server, as far as it is about admission. */
export interface MetricsPage {
  /** Tells API servers behind one address apart: the time at which the process began. */
  readonly server: string
  readonly samples: readonly Sample[]
}

/** A page has many thousand lines, most of them buckets of histograms. */
const ofInterest =
  /^apiserver_admission_(?:webhook_(?:request_total|rejection_count|fail_open_count)|match_condition_\w+_total|controller_admission_\w+_count)|^process_start_time_seconds/

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** Whether a line has to be kept: pages of API servers have many megabytes. */
export function isOfInterest(text: string): boolean {
  return ofInterest.test(text)
}

/** Reads the lines that {@link isOfInterest} keeps. */
export function readMetrics(lines: readonly string[]): MetricsPage {
  const samples: Sample[] = []
  let server = ''
  for (const each of lines) {
    const [, name = '', labels = '', value = ''] = line.exec(each) ?? []
    if (name === 'process_start_time_seconds') server = value
    else if (name !== '') samples.push({ name, labels: readLabels(labels), value: Number(value) })
  }
  return { server, samples }
}

function readLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null)
  for (const [, name = '', value = ''] of text.matchAll(label)) {
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

/**
 * What has changed between two looks, over all API servers that were seen at both: which of them had the canary is not known.
 * Undefined if there is none.
 */
export function compareMetrics(
  before: readonly MetricsPage[],
  after: readonly MetricsPage[],
): MetricsChange | undefined {
  const first = new Map(before.map((page) => [page.server, page]))
  const later = new Map(after.filter(({ server }) => first.has(server)).map((page) => [page.server, page]))
  if (later.size === 0) return undefined
  const changes = new Map<string, SeriesChange>()
  for (const [server, page] of later) {
    const old = new Map(first.get(server)?.samples.map((sample) => [keyOf(sample), sample.value]))
    for (const sample of page.samples) {
      const key = keyOf(sample)
      const known = changes.get(key)
      changes.set(key, {
        name: sample.name,
        labels: sample.labels,
        after: (known?.after ?? 0) + sample.value,
        change: (known?.change ?? 0) + sample.value - (old.get(key) ?? 0),
      })
    }
  }
  return { servers: later.size, series: [...changes.values()] }
}

function keyOf({ name, labels }: Sample): string {
  return `${name} ${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`
}

/** The sum of the changes of all series of that name whose labels are these. */
export function changeOf(
  { series }: MetricsChange,
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  return series
    .filter((each) => each.name === name && hasLabels(each, labels))
    .reduce((sum, { change }) => sum + change, 0)
}

/** Whether there is a series of that name with these labels, whatever it counts. */
export function hasSeries(
  { series }: MetricsChange,
  name: RegExp,
  labels: Readonly<Record<string, string>>,
): boolean {
  return series.some((each) => name.test(each.name) && hasLabels(each, labels))
}

function hasLabels({ labels }: SeriesChange, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}
