/** What is known beside the pod itself, where the pod cannot tell what is its user's own. */
export interface Knowledge {
  /** The name of the workload that the pod template belongs to; "" for a pod that stands alone. */
  readonly workload: string
  /** Keys of labels that a workload selects its pods by: they were there before any injector. */
  readonly selectedLabels: ReadonlySet<string>
  /** Annotations that the injector's config gives to every pod (`injectedAnnotations`). */
  readonly injectedAnnotations: ReadonlyMap<string, string>
}

/** Nothing but the pod. */
export const nothingKnown: Knowledge = {
  workload: '',
  selectedLabels: new Set(),
  injectedAnnotations: new Map(),
}
