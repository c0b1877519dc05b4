import { lines, releaseNamed } from './lines.ts'
import { nearestRelease, type Likeness } from './markers.ts'
import { compareReleases, formatRelease, sameLine, type Release } from './release.ts'
import { traitsOf } from './trait-rows.ts'

/** What ConfigMaps tell about the release that wrote them. */
export interface Evidence {
  /** `--istioVersion`, which overrides all else. */
  readonly named: string | undefined
  /** `global.tag` of the values. */
  readonly tag: string | undefined
  /** The templates' text, all together; without the tripwire `template` of 1.9 and later. */
  readonly template: string
  /** The config has `templates`, which are merged, rather than one `template`. */
  readonly isMerged: boolean
  /** Whether the values have something at a path of keys, such as `pilot.env`; undefined where there are no values. */
  readonly hasValue: ((path: string) => boolean) | undefined
}

/** Which release settings are taken to be of, and why. */
export interface Detection {
  readonly release: Release
  /** A sentence for commands, the log and /metrics. */
  readonly because: string
  readonly source: 'flag' | 'tag' | 'image' | 'content'
  readonly warnings: readonly string[]
}

/**
 * Finds the release: the one that is named, or the tag of the values, or of the images in old templates; else the
 * release whose templates look most like these. Undefined only if `named` is no release.
 */
export function detectRelease(evidence: Evidence): Detection | undefined {
  if (evidence.named !== undefined) {
    const named = releaseNamed(evidence.named)
    return named && known(named, 'flag', `--istioVersion says ${evidence.named}`)
  }
  const tagged = byTag(evidence) ?? byImage(evidence)
  if (tagged === undefined) return byContent(evidence, [])
  if (evidence.template === '' || reads(tagged.release, evidence)) return tagged
  return byContent(evidence, [
    `${tagged.because}, but the template is not one of that release: its looks decide`,
  ])
}

function byTag({ tag }: Evidence): Detection | undefined {
  const release = tag === undefined ? undefined : releaseNamed(tag)
  return release && known(release, 'tag', `values.global.tag is ${tag}`)
}

// image: "docker.io/istio/proxyv2:1.0.0", with or without quotes, also behind an action
const imageTag = /\/(?:proxyv2|proxy_init|proxy):([\w][\w.-]{0,127})/g

function byImage({ template }: Evidence): Detection | undefined {
  for (const [image, tag = ''] of template.matchAll(imageTag)) {
    const release = releaseNamed(tag)
    if (release !== undefined) return known(release, 'image', `the template's image is …${image}`)
  }
  return undefined
}

const newest = lines.at(-1) ?? { major: 1, minor: 0, patch: 0 }

/** A release newer than all we know is served as the newest, with a warning. */
function known(found: Release, source: Detection['source'], because: string): Detection {
  if (sameLine(found, newest) || compareReleases(found, newest) < 0) {
    return { release: found, because, source, warnings: [] }
  }
  const warning = `Istio ${formatRelease(found)} is newer than this program knows: served as ${formatRelease(newest)}`
  return { release: newest, because, source, warnings: [warning] }
}

/** Whether a release reads this form of template at all, with these delimiters. */
function reads(release: Release, { isMerged, template }: Evidence): boolean {
  const { overlay, delimiters } = traitsOf(release)
  if (isMerged !== (overlay === 'pod')) return false
  const [own, other] = delimiters[0] === '[[' ? ['[[', '{{'] : ['{{', '[[']
  return template.includes(own) || !template.includes(other)
}

function byContent(evidence: Evidence, warnings: readonly string[]): Detection {
  const { release, of } = nearestRelease(evidence, (candidate) => reads(candidate, evidence)) ?? unlike
  const looks = of === 'template' ? 'the template looks' : 'the values look'
  return {
    release,
    because: `no tag names a release; ${looks} most like those of ${release.major}.${release.minor}`,
    source: 'content',
    warnings,
  }
}

/** For templates that no release reads. */
const unlike: Likeness = { release: newest, of: 'template' }
