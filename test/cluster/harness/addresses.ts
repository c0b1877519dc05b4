/**
 * The addresses of the cluster, all inside its own network namespace. Services have 10.96.0.0/16, of which only the API
 * server's is real; kwok's pods have 10.250.0.0/16, where nothing answers; the pods that run have 10.251.0.0/16.
 */
export const addresses = {
  serviceRange: '10.96.0.0/16',
  /** The first of the range: what pods find in KUBERNETES_SERVICE_HOST. */
  apiServer: '10.96.0.1',
  kwokRange: '10.250.0.1/16',
  /** Where a pod sends what is not for itself. */
  gateway: '10.251.255.254',
  node: '10.251.255.253',
} as const

/** The ports of the control plane; several run side by side with ports and folders of their own. */
export interface Ports {
  readonly apiServer: number
  readonly etcd: number
  readonly etcdPeers: number
  readonly controllerManager: number
  readonly scheduler: number
}

/** 443 is where a pod finds the API server in every cluster. */
export const usualPorts: Ports = {
  apiServer: 443,
  etcd: 2379,
  etcdPeers: 2380,
  controllerManager: 10257,
  scheduler: 10259,
}

/** The address of the n-th pod that runs, from 1 on: `10.251.0.1`, …, `10.251.1.0`, … */
export function podAddress(n: number): string {
  return `10.251.${Math.trunc(n / 256)}.${n % 256}`
}
