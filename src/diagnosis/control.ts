import type { Observations } from './observations.ts'

/** Whether it is for its sidecar that a canary was refused, or for what it is itself; undefined where nobody has tried. */
export type RefusedFor = 'sidecar' | 'itself' | undefined

/** By the same pod, which asks for no sidecar. */
export function refusedFor({ canary, control }: Observations): RefusedFor {
  if (canary.kind !== 'refused' || control === undefined) return undefined
  if (control.kind === 'admitted') return 'sidecar'
  return control.kind === 'refused' && control.status !== undefined ? 'itself' : undefined
}
