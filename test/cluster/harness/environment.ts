import type { Api } from './api.ts'
import { addresses } from './addresses.ts'
import type { Container, DataObject, EnvironmentVariable, KeyReference, Pod } from './objects.ts'

/** Environment variables of a container, as kubelet makes them: the API server's address, then the container's own. */
export async function environmentOf(
  api: Api,
  pod: Pod,
  container: Container,
  apiServerPort: number,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // What runc says of a user without a line in /etc/passwd.
    HOME: '/',
    HOSTNAME: pod.metadata.name,
    KUBERNETES_SERVICE_HOST: addresses.apiServer,
    KUBERNETES_SERVICE_PORT: String(apiServerPort),
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(api, pod, container, variable)
    if (value !== undefined) environment[variable.name] = expand(value, environment)
  }
  return environment
}

/** `$(NAME)` becomes the value of a variable that was set before; `$$` is a dollar. */
export function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([^)]+)\)/g, (found, name?: string) => {
    if (name === undefined) return '$'
    return environment[name] ?? found
  })
}

/** A field of a pod by its path in the downward API: `metadata.namespace`, `status.podIP`, … */
export function downward(pod: Pod, path: string): string {
  const values: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.hostIP': addresses.node,
    'status.podIP': pod.status?.podIP,
  }
  const value = values[path]
  if (value === undefined)
    throw new Error(`the kubelet of the tests has no ${path} for pod ${pod.metadata.name}`)
  return value
}

async function valueOf(
  api: Api,
  pod: Pod,
  container: Container,
  { name, value, valueFrom }: EnvironmentVariable,
): Promise<string | undefined> {
  if (valueFrom === undefined) return value ?? ''
  if (valueFrom.fieldRef !== undefined) return downward(pod, valueFrom.fieldRef.fieldPath)
  if (valueFrom.secretKeyRef !== undefined) {
    const encoded = await keyOf(api, pod, 'secrets', valueFrom.secretKeyRef)
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
  }
  if (valueFrom.configMapKeyRef !== undefined) return keyOf(api, pod, 'configmaps', valueFrom.configMapKeyRef)
  throw new Error(`the kubelet of the tests cannot fill in ${name} of container ${container.name}`)
}

async function keyOf(
  api: Api,
  pod: Pod,
  kind: string,
  { name, key, optional }: KeyReference,
): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace ?? 'default'}/${kind}/${name}`
  const object = await api.get<DataObject>(path).catch((error: unknown) => {
    if (optional !== true) throw error
    return undefined
  })
  const found = object?.data?.[key]
  if (found === undefined && optional !== true) throw new Error(`${kind} ${name} has no key ${key}`)
  return found
}
