import type { NamespaceCoverage, PodCoverage } from '../coverage/types.ts'

/** `GET cluster`: a cluster's pods by namespace, as they are now. */
export interface Picture {
  /** Why there is nothing to see yet. Default: there is. */
  readonly waiting?: string
  /** What was not to be seen, as sentences, so that reasons may be wrong. */
  readonly notKnown: readonly string[]
  readonly namespaces: readonly PictureNamespace[]
}

export interface PictureNamespace extends Pick<NamespaceCoverage, 'name' | 'labels'> {
  readonly pods: readonly PicturePod[]
}

/**
 * What people see of a pod at first sight: coverage's states, of which `not-injected` is two. `missing`: it should have a
 * sidecar, or somebody meant it to. `left-out`: it has none because of what labels, annotations or settings say.
 */
export type PodState = 'injected' | 'outdated' | 'missing' | 'left-out'

/** A pod; what is not known of it is left out. */
export interface PicturePod extends Pick<PodCoverage, 'name' | 'reason' | 'message'> {
  readonly state: PodState
  readonly owner?: string
  readonly revision?: string
  /** Of the sidecar. */
  readonly version?: string
}
