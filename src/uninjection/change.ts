/** What was done to a pod at one place. */
export interface Change {
  /** `lost`: an injector changed it and nothing in the pod says what it was before. */
  readonly action: 'removed' | 'restored' | 'lost'
  /** E.g. `spec.containers[istio-proxy]`, `metadata.labels["istio.io/rev"]`. */
  readonly place: string
}

/** Told about each change. */
export type Note = (change: Change) => void

/** `spec.containers[web].readinessProbe` and the like. */
export function itemPlace(list: string, name: string): string {
  return `spec.${list}[${name}]`
}

/** `metadata.annotations["prometheus.io/port"]`. */
export function keyPlace(map: 'annotations' | 'labels', key: string): string {
  return `metadata.${map}[${JSON.stringify(key)}]`
}
