import { isObject, listAt, objectAt, stringAt, type Json, type JsonObject } from '../injection/json.ts'

/**
 * Members of pods that are not kept, as matchConditions name them. One that looks at any of them cannot be evaluated for
 * a pod that was slimmed.
 */
export const notKept: ReadonlySet<string> = new Set(
  (
    'volumes affinity tolerations nodeSelector topologySpreadConstraints hostAliases dnsConfig readinessGates imagePullSecrets ' +
    'securityContext ephemeralContainers overhead resourceClaims schedulingGates hostPID hostIPC shareProcessNamespace ' +
    'env envFrom resources volumeMounts volumeDevices ports command args lifecycle livenessProbe readinessProbe startupProbe ' +
    'imagePullPolicy workingDir finalizers managedFields uid blockOwnerDeletion terminationMessagePath terminationMessagePolicy ' +
    'terminationGracePeriodSeconds dnsPolicy enableServiceLinks preemptionPolicy priority serviceAccount nodeName hostname subdomain ' +
    'automountServiceAccountToken setHostnameAsFQDN hostUsers activeDeadlineSeconds os'
  ).split(' '),
)

/** Longer annotations are not looked at: they are what kubectl last applied, and the like. */
const longestAnnotation = 4096

/** What of a pod its state of injection depends on: less than a kilobyte, where pods have ten and more. */
export function slimPod(pod: JsonObject): JsonObject {
  const metadata = objectAt(pod, 'metadata')
  const spec = objectAt(pod, 'spec')
  return {
    metadata: {
      ...pick(metadata, ['name', 'namespace', 'generateName', 'creationTimestamp', 'labels']),
      annotations: shortOnes(objectAt(metadata, 'annotations')),
      ownerReferences: controllersOf(listAt(metadata, 'ownerReferences')),
    },
    spec: {
      ...pick(spec, [
        'hostNetwork',
        'serviceAccountName',
        'priorityClassName',
        'runtimeClassName',
        'restartPolicy',
        'schedulerName',
      ]),
      containers: containersOf(spec, 'containers'),
      ...(spec['initContainers'] === undefined
        ? {}
        : { initContainers: containersOf(spec, 'initContainers') }),
    },
    status: pick(objectAt(pod, 'status'), ['phase']),
  }
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]] as const])),
  )
}

function shortOnes(annotations: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(annotations).filter(
      ([, value]) => typeof value === 'string' && value.length <= longestAnnotation,
    ),
  )
}

function controllersOf(references: readonly Json[]): readonly JsonObject[] {
  return references
    .filter(isObject)
    .filter((reference) => reference['controller'] === true)
    .map((reference) => pick(reference, ['apiVersion', 'kind', 'name', 'controller']))
}

function containersOf(spec: JsonObject, list: string): readonly JsonObject[] {
  return listAt(spec, list)
    .filter(isObject)
    .map((container) => ({
      name: stringAt(container, 'name'),
      ...pick(container, ['image', 'restartPolicy']),
      ...(container['name'] === 'istio-proxy' ? written(container) : {}),
    }))
}

/** What tells whether the injector has written the label istio.io/rev (src/uninjection/labels.ts). */
function written(sidecar: JsonObject): JsonObject {
  const env = listAt(sidecar, 'env').filter(
    (variable) => isObject(variable) && variable['name'] === 'CA_ADDR',
  )
  const args = listAt(sidecar, 'args').slice(0, 2)
  return { ...(env.length === 0 ? {} : { env }), ...(args.length === 0 ? {} : { args }) }
}
