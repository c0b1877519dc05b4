import type { MergeTraits } from '../istio/traits.ts'
import { isObject, stringAt, type JsonObject, type StringMap } from './json.ts'
import { valueAt, type InjectorValues } from './values.ts'

const imageTypeKey = 'sidecar.istio.io/proxyImageType'

/** `.ProxyImage` (from 1.13): hub, name and tag of the values, the tag with the type that mesh, pod or values ask for. */
export function proxyImage(
  values: InjectorValues,
  config: JsonObject,
  annotations: StringMap,
  traits: MergeTraits,
): string {
  const type = imageType(values, config, annotations, traits)
  return imageUrl(values, textAt(values, 'global.proxy.image') || 'proxyv2', type)
}

/** `.ProxyInitImage` (from 1.31): likewise, with the name of global.proxy_init; the ProxyConfig's image does not count. */
export function proxyInitImage(values: InjectorValues, annotations: StringMap, traits: MergeTraits): string {
  const type = imageType(values, {}, annotations, traits)
  return imageUrl(values, textAt(values, 'global.proxy_init.image') || 'proxyv2', type)
}

function imageUrl(values: InjectorValues, name: string, type: string): string {
  return `${textAt(values, 'global.hub')}/${name}:${typedTag(textAt(values, 'global.tag'), type)}`
}

/** The type of the pod's annotation, before the ProxyConfig's (even an empty one), before the values'. */
function imageType(
  values: InjectorValues,
  config: JsonObject,
  annotations: StringMap,
  traits: MergeTraits,
): string {
  if (Object.hasOwn(annotations, imageTypeKey)) return annotations[imageTypeKey] ?? ''
  const variant = textAt(values, 'global.variant')
  const image = config['image']
  const type = isObject(image) ? stringAt(image, 'imageType') : undefined
  if (traits.variant === 'ignored') return type ?? ''
  return type === undefined || (type === '' && traits.variant === 'empty') ? variant : type
}

/** `1.30.3` and `distroless` make `1.30.3-distroless`; a type that the tag has already is replaced. */
function typedTag(tag: string, type: string): string {
  if (type === '') return tag
  const plain = tag.replace(/-(?:distroless|debug)$/, '')
  return type === 'default' ? plain : `${plain}-${type}`
}

function textAt(values: InjectorValues, path: string): string {
  const value = valueAt(values, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
