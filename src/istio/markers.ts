import { holds } from './history.ts'
import type { Release } from './release.ts'
import { lines } from './lines.ts'

/** A text that the templates of some releases have and those of others have not. */
interface Marker {
  readonly text: string
  /** The first release that has it, backports by line. */
  readonly from: string | readonly string[]
  /** The first release that has it no more. */
  readonly until?: string
}

/** For each line at least one text by which it differs from the line before (checked against all charts by a test). */
const markers: readonly Marker[] = [
  { text: '[[', from: '0.8', until: '1.2' },
  { text: 'ISTIO_META_POD_NAME', from: '1.0' },
  { text: 'DiscoveryRefreshDelay', from: '0.8', until: '1.1' },
  { text: 'applicationPorts', from: '1.0.3', until: '1.5' },
  { text: 'rewriteAppHTTPProbe:', from: '1.1', until: '1.9' },
  { text: '.Values.', from: '1.2' },
  { text: '.TypeMeta.Kind', from: '1.3' },
  { text: 'STACKDRIVER_TRACING_ENABLED', from: '1.4', until: '1.6' },
  { text: '.Values.global.proxy_init.resources', from: '1.5', until: '1.8' },
  { text: '.Values.global.jwtPolicy', from: '1.6', until: '1.22' },
  { text: 'holdApplicationUntilProxyStarts', from: '1.7' },
  { text: 'appendMultusNetwork', from: '1.8' },
  { text: 'service.istio.io/canonical-name', from: '1.9' },
  { text: 'PILOT_ENABLE_INBOUND_PASSTHROUGH', from: '1.10', until: '1.22' },
  { text: '.EstimatedConcurrency', from: '1.11', until: '1.18' },
  { text: '.Values.global.caName', from: '1.12' },
  { text: '.ProxyImage', from: '1.13' },
  { text: 'workload-socket', from: '1.14' },
  { text: 'credential-socket', from: '1.15' },
  { text: 'ISTIO_META_ENABLE_HBONE', from: '1.16' },
  { text: 'ISTIO_META_NODE_NAME', from: '1.17' },
  { text: 'ISTIO_CPU_LIMIT', from: '1.18' },
  { text: 'ENABLE_NATIVE_SIDECARS', from: '1.19', until: '1.27' },
  { text: '.CompliancePolicy', from: ['1.19.10', '1.20.8', '1.21'] },
  { text: '.ProxyUID', from: '1.20' },
  { text: '--debug-port', from: '1.21' },
  { text: '.InboundTrafficPolicyMode', from: '1.22' },
  { text: '.Values.gateways.seccompProfile', from: '1.23' },
  { text: 'sidecar.istio.io/nativeSidecar', from: '1.24' },
  { text: 'service.istio.io/workload-name', from: '1.25' },
  { text: '.Values.pilot.env', from: '1.26' },
  { text: '.Values.global.trustBundleName', from: ['1.26.8', '1.27'] },
  { text: '.NativeSidecars', from: '1.27' },
  { text: '.Values.global.proxy.seccompProfile', from: '1.28' },
  { text: 'omitNil', from: ['1.28.10', '1.29.6', '1.30'] },
  { text: '.Values.pilot.crlConfigMapName', from: '1.29' },
  { text: 'otelResourceAttributes', from: '1.30' },
  { text: '.ProxyInitImage', from: '1.31' },
]

/**
 * Keys of the values that the charts of some releases write, by the same rule. Up to 1.5 all values of the chart are
 * there, of which `mixer` tells; before 1.19 `istio_cni` is there if it was set.
 */
const valueMarkers: readonly Marker[] = [
  { text: 'mixer', from: '1.2', until: '1.6' },
  { text: 'revision', from: '1.6' },
  { text: 'istio_cni', from: '1.6', until: '1.24' },
  { text: 'gateways', from: ['1.20.8', '1.21.6', '1.22.8', '1.23'] },
  { text: 'pilot', from: '1.22' },
  { text: 'pilot.env', from: '1.26' },
]

/** A text too many tells more than one too few: who writes a template of his own leaves out much. */
const strangeText = 3
const missingText = 1

/** What a release is known by. */
export interface Looks {
  readonly template: string
  /** Whether the values have something at a path of keys; undefined where there are no values. */
  readonly hasValue: ((path: string) => boolean) | undefined
}

/** The release that something looks like, and what of it does. */
export interface Likeness {
  readonly release: Release
  readonly of: 'template' | 'values'
}

/**
 * The newest release whose chart wrote just these texts, or the nearest to it, of those that are possible. Undefined if
 * none is.
 */
export function nearestRelease(
  { template, hasValue }: Looks,
  isPossible: (release: Release) => boolean,
): Likeness | undefined {
  const possible = candidates.filter(isPossible)
  const inTemplate = markersBy(markers, (text) => template.includes(text))
  const closest = nearestOf(possible, inTemplate)
  if (closest === undefined) return undefined
  if (hasValue === undefined || isAlike(closest, inTemplate)) return { release: closest, of: 'template' }
  const inValues = markersBy(valueMarkers, hasValue)
  const least = Math.min(...possible.map((candidate) => distanceOf(candidate, inValues)))
  const likely = possible.filter((candidate) => distanceOf(candidate, inValues) === least)
  return { release: nearestOf(likely, inTemplate) ?? closest, of: 'values' }
}

/** First and last patch release of each line, oldest first. */
const candidates: readonly Release[] = lines.flatMap((last) => [{ ...last, patch: 0 }, last])

interface Mark {
  readonly marker: Marker
  readonly isPresent: boolean
}

function markersBy(rows: readonly Marker[], isPresent: (text: string) => boolean): readonly Mark[] {
  return rows.map((marker) => ({ marker, isPresent: isPresent(marker.text) }))
}

function nearestOf(releases: readonly Release[], marks: readonly Mark[]): Release | undefined {
  let nearest: Release | undefined
  let least = Infinity
  for (const candidate of releases) {
    const distance = distanceOf(candidate, marks)
    if (distance <= least) [nearest, least] = [candidate, distance]
  }
  return nearest
}

/** Templates without half of a release's texts are somebody's own, of which the values tell more. */
function isAlike(release: Release, marks: readonly Mark[]): boolean {
  const expected = marks.filter(({ marker }) => hasText(release, marker))
  return expected.filter(({ isPresent }) => isPresent).length * 2 > expected.length
}

function distanceOf(candidate: Release, marks: readonly Mark[]): number {
  let distance = 0
  for (const { marker, isPresent } of marks) {
    const isExpected = hasText(candidate, marker)
    if (isPresent !== isExpected) distance += isExpected ? missingText : strangeText
  }
  return distance
}

function hasText(at: Release, { from, until }: Marker): boolean {
  return holds(from, at) && !(until !== undefined && holds(until, at))
}
