import type { Container, Pod, Volume } from './objects.ts'

/** What of a stored pod its maker and the webhook decide. */
export interface Comparable {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: object
}

const token = 'kube-api-access'

/** Comes with the node that a pod is put on. */
const zone = 'topology.kubernetes.io/zone'

/** Without what is another one's each time: names, nodes, the volume of the ServiceAccount's token, the order of volumes. */
export function comparable(pod: Pod): Comparable {
  const { 'pod-template-hash': _hash, [zone]: _zone, ...labels } = pod.metadata.labels ?? {}
  const { nodeName: _node, volumes = [], containers, initContainers = [], ...spec } = pod.spec
  return {
    labels,
    annotations: pod.metadata.annotations ?? {},
    spec: {
      ...spec,
      volumes: volumes.map((volume) => ({ ...volume, name: volumeName(volume.name) })).sort(byName),
      containers: containers.map(withSortedMounts),
      initContainers: initContainers.map(withSortedMounts),
    },
  }
}

function withSortedMounts(container: Container): Container {
  const mounts = (container.volumeMounts ?? []).map((mount) => ({ ...mount, name: volumeName(mount.name) }))
  return {
    ...container,
    volumeMounts: mounts.sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1)),
  }
}

function volumeName(name: string): string {
  return name.startsWith(`${token}-`) ? token : name
}

function byName(a: Volume, b: Volume): number {
  return a.name < b.name ? -1 : 1
}
