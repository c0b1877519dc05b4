import {
  goKind,
  isGoValue,
  type GoFunction,
  type GoMap,
  type GoSlice,
  type GoStruct,
  type Value,
} from '../../gotemplate/index.ts'
import { isJsonView, isObject, type Json } from '../../schema/index.ts'
import { fn } from '../define.ts'

/** What OpenTelemetry is told about a workload (from 1.30). */
export const otelFunctions: readonly [string, GoFunction][] = [
  [
    'otelResourceAttributes',
    fn(
      ['interface {}', 'map[string]string', 'map[string]string', 'string', '[]v1.Container'],
      resourceAttributes,
    ),
  ],
]

/**
 * `service.namespace=…,service.version=…,service.instance.id=…` by OpenTelemetry's conventions for Kubernetes; ""
 * unless an extension provider of the mesh asks for them.
 */
function resourceAttributes(
  mesh: Value,
  annotations: GoMap | null,
  labels: GoMap | null,
  namespace: string,
  containers: GoSlice | null,
): string {
  if (!wantsConventions(mesh)) return ''
  const annotated = (name: string): string => entry(annotations, `resource.opentelemetry.io/${name}`)
  const first = containers !== null && containers.length > 0 ? textField(containers.at(0), 'Name') : undefined
  const instance = first === undefined ? '' : `${namespace}.$(POD_NAME).${first}`
  return [
    ['service.namespace', annotated('service.namespace') || namespace],
    [
      'service.version',
      annotated('service.version') || entry(labels, 'app.kubernetes.io/version') || imageVersion(containers),
    ],
    ['service.instance.id', annotated('service.instance.id') || instance],
  ]
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

function wantsConventions(mesh: Value): boolean {
  if (!isGoValue(mesh) || !isJsonView(mesh)) return false
  const config = mesh.plain()
  const providers = isObject(config) ? config['extensionProviders'] : undefined
  return Array.isArray(providers) && providers.some(enriches)
}

function enriches(provider: Json): boolean {
  const otel = isObject(provider) ? provider['opentelemetry'] : undefined
  return isObject(otel) && otel['serviceAttributeEnrichment'] === 'OTEL_SEMANTIC_CONVENTIONS'
}

function entry(map: GoMap | null, key: string): string {
  const value = map?.get(key)
  return typeof value === 'string' ? value : ''
}

/** Tag, digest or both of the only container's image. */
function imageVersion(containers: GoSlice | null): string {
  if (containers?.length !== 1) return ''
  const [reference = '', digest = ''] = textField(containers.at(0), 'Image').split('@', 2)
  const tag = /:([^:/]+)$/.exec(reference)?.[1] ?? ''
  return tag !== '' && digest !== '' ? `${tag}@${digest}` : tag || digest
}

function textField(struct: Value, name: string): string {
  const value = isStruct(struct) ? struct.field(name) : ''
  return typeof value === 'string' ? value : ''
}

function isStruct(value: Value): value is GoStruct {
  return isGoValue(value) && value[goKind] === 'struct'
}
