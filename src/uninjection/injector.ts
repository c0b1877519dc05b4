import { holds } from '../istio/history.ts'
import { compareReleases, parseRelease, release, type Release } from '../istio/release.ts'

/** How an injector leaves its things in a pod: appended to lists (up to 1.8), or merged in (from 1.9). */
export type Form = 'lists' | 'pod'

/** What tells which injector it was. */
export interface InjectorTraces {
  /** The status has a `version`: up to 1.8. */
  readonly hasVersion: boolean
  /** The status has a `revision`: from 1.11. */
  readonly hasRevision: boolean
  /** The sidecar's image; "" where there is no sidecar. */
  readonly image: string
  /** Names of the sidecar's variables and arguments, and of injected volumes: `env PROXY_CONFIG`, `arg --domain`. */
  readonly words: ReadonlySet<string>
}

/** Words that the shipped templates write from some release on, so that the newest found is the least release. */
const markers: readonly (readonly [word: string, from: string])[] = [
  ['arg --domain', '1.1'],
  ['arg --dnsRefreshRate', '1.2'],
  ['env ISTIO_META_POD_PORTS', '1.3'],
  ['env ISTIO_AUTO_MTLS_ENABLED', '1.5'],
  ['env PROXY_CONFIG', '1.6'],
  ['env TRUST_DOMAIN', '1.8'],
  ['arg --log_output_level', '1.9'],
  ['volume workload-socket', '1.14'],
  ['volume credential-socket', '1.15'],
  ['env ISTIO_META_NODE_NAME', '1.17'],
  ['env ISTIO_CPU_LIMIT', '1.18'],
  ['env GOMEMLIMIT', '1.19'],
  ['volume istio-ca-crl', '1.27'],
]

const oldest = release('0.8')

/**
 * The release that injected: the sidecar's image and what its template wrote, whichever is newer, within what the
 * form of the status allows. An image may be the user's own choice, and hubs of one's own have tags of their own.
 */
export function injectorRelease(traces: InjectorTraces): { readonly form: Form; readonly release: Release } {
  const marked = newest([
    ...markers.filter(([word]) => traces.words.has(word)).map(([, from]) => release(from)),
    ...(traces.hasVersion ? [] : [release('1.9')]),
    ...(traces.hasRevision ? [release('1.11')] : []),
  ])
  const form = traces.hasVersion ? 'lists' : 'pod'
  const tagged = parseRelease(tagOf(traces.image))
  if (tagged !== undefined && holds('1.9', tagged) === (form === 'pod')) {
    return { form, release: newest([marked, tagged]) }
  }
  // A template of someone's own tells nothing, but what injectors add to it themselves is the same in all later releases.
  return { form, release: marked === oldest ? release('1.8') : marked }
}

function newest(releases: readonly Release[]): Release {
  return releases.reduce((a, b) => (compareReleases(a, b) < 0 ? b : a), oldest)
}

/** `1.0.0` of `localhost:5000/istio/proxyv2:1.0.0@sha256:…`; "" for an image without a tag. */
function tagOf(image: string): string {
  const [reference = ''] = image.split('@', 1)
  const path = reference.slice(reference.lastIndexOf('/') + 1)
  const colon = path.indexOf(':')
  return colon < 0 ? '' : path.slice(colon + 1)
}
