import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FiringTest, QueryTest } from './promtool.ts'
import { byName, played, type InputSeries, type Labels, type Recording, type Span } from './series.ts'
import { panelQueries } from './watched.ts'

/* What was scraped in a cluster while one trouble followed another, and which alerts that is to cause. */

/** Is made by `RECORD_SERIES=1 npm run test:cluster -- alerts`. */
export const recordedFile = join(import.meta.dirname, 'recorded-series.json')

/** The series that are kept. */
export function readRecorded(): Recording {
  return JSON.parse(readFileSync(recordedFile, 'utf8'))
}

/** A trouble, scraped three times: when it is there, and twice later. */
export interface Phase {
  readonly name: string
  /** How long it is taken to last; as long as its alerts wait, at least. */
  readonly minutes: number
  /** What fires at its end, by alert. */
  readonly firing: readonly (readonly [alert: string, labels: Labels])[]
}

const hour = 60
const calls = { name: 'namespace.sidecar-injector.istio.io' }
const configuration = { configuration: 'eks-sidecar-injector' }
const ignored = ['SidecarsMissing', { pod_namespace: 'bookinfo', reason: 'webhook-ignored' }] as const
/** The same pods, now that somebody has changed the webhook since. */
const missing = ['SidecarsMissing', { pod_namespace: 'bookinfo', reason: 'before-webhook' }] as const
const outdated = ['SidecarsOutdated', { pod_namespace: 'bookinfo' }] as const

function finding(cause: string) {
  return ['SidecarInjectorDoctorFinding', { cause }] as const
}

/** In the order in which they were made. */
export const phases: readonly Phase[] = [
  { name: 'healthy', minutes: hour, firing: [] },
  {
    name: 'pods refused',
    minutes: 30,
    firing: [['SidecarInjectorRefusesPods', { reason: 'annotation-invalid', revision: 'default' }]],
  },
  {
    name: 'settings refused',
    minutes: hour,
    firing: [['SidecarInjectorSettingsRefused', { revision: 'default' }], finding('settings-refused')],
  },
  {
    name: 'not trusted',
    minutes: 30,
    firing: [
      ['SidecarInjectorNotTrusted', configuration],
      ['SidecarInjectorNotReached', calls],
      finding('ca-bundle-wrong'),
    ],
  },
  {
    name: 'failing open',
    minutes: hour,
    firing: [
      ['SidecarInjectorNotTrusted', configuration],
      // The injector lacks the right to mend that, for an hour by now.
      ['SidecarInjectorCertificatesNotKept', { of: 'certificates' }],
      ['SidecarInjectorFailedOpen', calls],
      finding('ca-bundle-wrong'),
      finding('failing-open'),
      ignored,
    ],
  },
  { name: 'mended', minutes: hour, firing: [missing] },
  { name: 'newer settings', minutes: 73 * hour, firing: [missing, outdated] },
  {
    name: 'orphaned',
    minutes: 2 * hour,
    firing: [
      missing,
      outdated,
      ['SidecarInjectorSettingsOrphaned', { revision: 'default' }],
      finding('config-map-missing'),
    ],
  },
  {
    name: 'gone',
    minutes: 10,
    firing: [
      ['SidecarInjectorGone', { namespace: 'sidecar-injector', service: 'eks-sidecar-injector' }],
      ['SidecarInjectorNotReached', calls],
    ],
  },
]

/** How often a phase is scraped. */
export const scrapesOfPhase = 3

/** Between a phase and the next, in minutes, so that what has happened last is waited for. */
const pause = 10

/** The phases, one after the other. */
function spansOf(all: readonly Phase[]): Span[] {
  let start = 0
  return all.flatMap(({ minutes }) => {
    const half = Math.floor(minutes / 2)
    return [half, minutes - half, pause].map((length, index) => {
      const span = { start, minutes: length, even: index < 2 }
      start += length
      return span
    })
  })
}

const spans = spansOf(phases)

/** A recording of the phases, each as long as it is said to be. */
export function playedPhases(recording: Recording): InputSeries[] {
  return played(recording, spans)
}

/** What fires at the end of each phase. */
export const firingOfPhases: readonly FiringTest[] = phases.map(({ firing }, index) => ({
  minute: endOf(index),
  firing,
}))

/** Each query of the dashboard shows something when there has been everything. */
export const shownByPanels: readonly QueryTest[] = panelQueries.map(({ expr }) => ({
  expr: `count(${expr}) > bool 0`,
  minute: endOf(phases.findIndex(({ name }) => name === 'orphaned')),
  samples: [[{}, 1]],
}))

/** When a phase is over, but for what waits five minutes, as most alerts do. */
function endOf(index: number): number {
  return (spans[(index + 1) * scrapesOfPhase - 1]?.start ?? 0) + 6
}

/** What stays the same from recording to recording: the metrics, each with its labels' names. */
export function shapeOf({ series }: Recording): Readonly<Record<string, readonly string[]>> {
  const shapes = new Map<string, Set<string>>()
  for (const name of Object.keys(series)) {
    const [metric = '', labels = ''] = name.split('{', 2)
    const names = [...`{${labels}`.matchAll(/[{,](\w+)="/g)].map(([, label]) => label)
    shapes.set(metric, (shapes.get(metric) ?? new Set()).add(names.join(' ')))
  }
  return Object.fromEntries(
    [...shapes].map(([metric, all]) => [metric, [...all].toSorted()] as const).toSorted(byName),
  )
}
