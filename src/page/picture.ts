/** A cluster's pods by namespace, as they are now. */
export interface Picture {
  /** Another one for every change. */
  readonly version: number
  /** Why there is nothing to see yet. Default: there is. */
  readonly waiting?: string
  readonly namespaces: readonly PictureNamespace[]
}

export interface PictureNamespace {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly pods: readonly PicturePod[]
}

/** `outdated`: injected, but by other settings than those of today. */
export type PodState = 'injected' | 'outdated' | 'missing'

export interface PicturePod {
  readonly name: string
  readonly state: PodState
  /** A code; absent for pods that are as they should be. */
  readonly reason?: string
  /** A sentence for people. */
  readonly message?: string
  /** `Deployment/web` */
  readonly owner?: string
  /** The revision that injected it. */
  readonly revision?: string
}
