import { lines, releaseNamed } from './lines.ts'
import { compareReleases, formatRelease, release, sameLine, type Release } from './release.ts'

/** What ConfigMaps tell about the release that wrote them. */
export interface Evidence {
  /** `--istioVersion`, which overrides all else. */
  readonly named: string | undefined
  /** `global.tag` of the values. */
  readonly tag: string | undefined
  /** The template's text, all templates together. */
  readonly template: string
}

export interface Detection {
  readonly release: Release
  /** Why: a sentence for commands, the log and /metrics. */
  readonly because: string
  readonly source: 'flag' | 'tag' | 'image' | 'content'
  readonly warnings: readonly string[]
}

/** Finds the release; undefined only if `named` is no release. */
export function detectRelease(evidence: Evidence): Detection | undefined {
  if (evidence.named !== undefined) {
    const named = releaseNamed(evidence.named)
    return named && known(named, 'flag', `--istioVersion says ${evidence.named}`)
  }
  const tagged = evidence.tag === undefined ? undefined : releaseNamed(evidence.tag)
  if (tagged !== undefined) return known(tagged, 'tag', `values.global.tag is ${evidence.tag}`)
  return byImage(evidence.template) ?? byContent(evidence.template)
}

/** A release newer than all we know is served as the newest, with a warning. */
function known(found: Release, source: Detection['source'], because: string): Detection {
  const newest = lines.at(-1)
  if (newest === undefined || sameLine(found, newest) || compareReleases(found, newest) < 0) {
    return { release: found, because, source, warnings: [] }
  }
  const warning = `Istio ${formatRelease(found)} is newer than this program knows: served as ${formatRelease(newest)}`
  return { release: newest, because, source, warnings: [warning] }
}

// image: "docker.io/istio/proxyv2:1.0.0", with or without quotes, also behind an action
const imageTag = /\/(?:proxyv2|proxy_init|proxy):([\w][\w.-]{0,127})/g

function byImage(template: string): Detection | undefined {
  for (const [image, tag = ''] of template.matchAll(imageTag)) {
    const found = releaseNamed(tag)
    if (found !== undefined) return known(found, 'image', `the template's image is …${image}`)
  }
  return undefined
}

/** Text that templates of some release are the first to have. */
interface Marker {
  readonly pattern: RegExp
  readonly from: Release
}

const markers: readonly Marker[] = [
  { pattern: /\[\[/, from: release('1.0.0') },
  { pattern: /\[\[-? *(?:if )?(?:annotation|includeInboundPorts) /, from: release('1.0.3') },
  { pattern: /rewriteAppHTTPProbe:|\bvalueOrDefault\b|\bfromJSON\b|\bdirectory\b/, from: release('1.1.0') },
]

/** The last release before the next marker that is not there. */
function byContent(template: string): Detection {
  const present = markers.findLastIndex((marker) => marker.pattern.test(template))
  const next = markers[present + 1]?.from
  const candidates = lines.filter((line) => next === undefined || compareReleases(line, next) < 0)
  const found = candidates.at(-1) ?? release('1.0.0')
  return {
    release: found,
    because: 'no tag names a release; the template looks like its templates',
    source: 'content',
    warnings: [],
  }
}
