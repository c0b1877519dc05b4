import { roundUpToMilli } from '../../kubernetes/quantity.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'

/**
 * The defaults of Kubernetes' API that Istio 1.0 itself applied to what it injected (spec A.5.7); later releases
 * leave them to the API server. Takes and gives decoded objects: canonical names, right types.
 */
export function defaultContainer(container: JsonObject): JsonObject {
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicyOf(container['image']),
    ...container,
    ...mapMember(container, 'livenessProbe', defaultProbe),
    ...mapMember(container, 'readinessProbe', defaultProbe),
    ...mapMember(container, 'lifecycle', (lifecycle) => ({
      ...lifecycle,
      ...mapMember(lifecycle, 'postStart', defaultHandler),
      ...mapMember(lifecycle, 'preStop', defaultHandler),
    })),
    ...mapItems(container, 'ports', (port) => ({ protocol: 'TCP', ...port })),
    ...mapItems(container, 'env', defaultEnv),
    ...mapMember(container, 'resources', defaultResources),
  }
}

/** The same for a volume; one without a source becomes an emptyDir. */
export function defaultVolume(volume: JsonObject): JsonObject {
  const source = Object.keys(volume).find((key) => key !== 'name')
  if (source === undefined) return { ...volume, emptyDir: {} }
  const defaults = volumeDefaults.get(source)
  return defaults === undefined ? volume : { ...volume, ...mapMember(volume, source, defaults) }
}

type Defaulting = (object: JsonObject) => JsonObject

/** 0644: readable by all, writable by the owner. */
const fileMode = { defaultMode: 420 }

const volumeDefaults: ReadonlyMap<string, Defaulting> = new Map<string, Defaulting>([
  ['secret', (source) => ({ ...fileMode, ...source })],
  ['configMap', (source) => ({ ...fileMode, ...source })],
  ['downwardAPI', (source) => ({ ...fileMode, ...source, ...mapItems(source, 'items', defaultFieldRef) })],
  ['projected', (source) => ({ ...fileMode, ...source, ...mapItems(source, 'sources', defaultProjection) })],
  ['hostPath', (source) => ({ type: '', ...source })],
  ['iscsi', (source) => ({ iscsiInterface: 'default', ...source })],
  ['rbd', (source) => ({ pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring', ...source })],
  [
    'azureDisk',
    (source) => ({ cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared', ...source }),
  ],
  ['scaleIO', (source) => ({ storageMode: 'ThinProvisioned', fsType: 'xfs', ...source })],
])

function defaultProjection(source: JsonObject): JsonObject {
  return {
    ...source,
    ...mapMember(source, 'downwardAPI', (projection) => ({
      ...projection,
      ...mapItems(projection, 'items', defaultFieldRef),
    })),
  }
}

function defaultProbe(probe: JsonObject): JsonObject {
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...defaultHandler(probe),
  }
}

function defaultHandler(handler: JsonObject): JsonObject {
  return { ...handler, ...mapMember(handler, 'httpGet', (get) => ({ path: '/', scheme: 'HTTP', ...get })) }
}

function defaultEnv(env: JsonObject): JsonObject {
  return { ...env, ...mapMember(env, 'valueFrom', defaultFieldRef) }
}

function defaultFieldRef(parent: JsonObject): JsonObject {
  return { ...parent, ...mapMember(parent, 'fieldRef', (ref) => ({ apiVersion: 'v1', ...ref })) }
}

/** Quantities are rounded up to thousandths; a limit without a request is the request, too. */
function defaultResources(resources: JsonObject): JsonObject {
  const limits = roundQuantities(resources['limits'])
  const requests = roundQuantities(resources['requests'])
  if (limits === undefined) return requests === undefined ? resources : { ...resources, requests }
  return { ...resources, limits, requests: { ...limits, ...requests } }
}

function roundQuantities(quantities: Json | undefined): JsonObject | undefined {
  if (!isObject(quantities)) return undefined
  return Object.fromEntries(
    Object.entries(quantities).map(([name, text]) => [
      name,
      typeof text === 'string' ? roundUpToMilli(text) : text,
    ]),
  )
}

// The grammar of image references of docker/distribution, as far as a tag needs it.
const pathComponent = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*'
const domain = '(?:(?:[a-zA-Z0-9.-]+[.:]|localhost)[a-zA-Z0-9.:-]*/)?'
const taggedReference = new RegExp(
  `^${domain}${pathComponent}(?:/${pathComponent})*(?::([\\w][\\w.-]{0,127}))?$`,
)

/** Always for `:latest` and for no tag at all; IfNotPresent for others, digests and what is no reference. */
function pullPolicyOf(image: Json | undefined): 'Always' | 'IfNotPresent' {
  const match = typeof image === 'string' && image.length <= 512 ? taggedReference.exec(image) : null
  return match !== null && (match[1] ?? 'latest') === 'latest' ? 'Always' : 'IfNotPresent'
}

function mapMember(parent: JsonObject, field: string, change: Defaulting): JsonObject {
  const value = parent[field]
  return isObject(value) ? { [field]: change(value) } : {}
}

function mapItems(parent: JsonObject, field: string, change: Defaulting): JsonObject {
  const list = parent[field]
  return Array.isArray(list)
    ? { [field]: list.map((item: Json) => (isObject(item) ? change(item) : item)) }
    : {}
}
