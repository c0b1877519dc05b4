import { isObject, listAt, namesOf, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { parseStatus, statusKey, statusLists } from '../injection/status.ts'
import { isRevisionWritten } from '../uninjection/labels.ts'
import { parseObject, sidecarOf } from '../uninjection/sidecar.ts'

/** The sidecar that a pod has, as far as the pod tells. */
export interface Sidecar {
  /** SHA-256 of its template, in hex: releases up to 1.8. */
  readonly template: string | undefined
  /** The revision that the status names (from 1.11), or the label that injectors wrote (1.6 to 1.10). */
  readonly revision: string | undefined
  /** The tag or digest of its image; undefined for one without. */
  readonly version: string | undefined
  /** An injector has put it there, and not its user. */
  readonly isInjected: boolean
  /** The image is the pod's own wish. */
  readonly hasOwnImage: boolean
}

/** The sidecar of a pod; undefined where it has none. A status that was copied along with other annotations is none. */
export function sidecarIn(pod: JsonObject): Sidecar | undefined {
  const metadata = objectAt(pod, 'metadata')
  const annotations = objectAt(metadata, 'annotations')
  const text = Object.hasOwn(annotations, statusKey) ? stringAt(annotations, statusKey) : ''
  const container = sidecarOf(pod)
  if (container === undefined && !hasAnyOf(pod, text)) return undefined
  const status = parseObject(text) ?? {}
  const image = container === undefined ? '' : stringAt(container, 'image')
  return {
    template: textOf(status, 'version'),
    revision:
      textOf(status, 'revision') ??
      (isRevisionWritten(pod) ? textOf(objectAt(metadata, 'labels'), 'istio.io/rev') : undefined),
    version: versionOf(image),
    isInjected: text !== '' || hasInit(pod),
    hasOwnImage:
      textOf(annotations, 'sidecar.istio.io/proxyImage') !== undefined ||
      (textOf(annotations, 'proxy.istio.io/overrides') ?? '').includes('"image"'),
  }
}

/** Injectors before 0.8 wrote no status that can be read, or none. */
function hasInit(pod: JsonObject): boolean {
  return namesOf(listAt(objectAt(pod, 'spec'), 'initContainers')).includes('istio-init')
}

/** Templates of one's own may call their containers what they like. */
function hasAnyOf(pod: JsonObject, text: string): boolean {
  const status = text === '' ? undefined : parseStatus(text)
  if (status === undefined) return false
  const spec = objectAt(pod, 'spec')
  return statusLists.some((list) => {
    if (list !== 'containers' && list !== 'initContainers') return false
    const names = namesOf(listAt(spec, list).filter(isObject))
    return status[list].some((name) => names.includes(name))
  })
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `1.30.3` of `docker.io/istio/proxyv2:1.30.3-distroless`; a digest as it is. */
export function versionOf(image: string): string | undefined {
  const at = image.indexOf('@')
  const path = (at < 0 ? image : image.slice(0, at)).replace(/^.*\//, '')
  const colon = path.indexOf(':')
  if (colon >= 0) return path.slice(colon + 1).replace(/-(?:distroless|debug)$/, '')
  return at < 0 ? undefined : image.slice(at + 1)
}
