import type { WebhookEntry } from './webhook-entry.ts'

/** A webhook that injects Istio's sidecar: ours, or Istio's own. */
export interface Injector {
  /** The revision or tag that the path names; undefined where it names none. */
  readonly revision: string | undefined
  /** What follows `/inject` in the path. */
  readonly path: string
}

const paths = /^(?:\/revision\/([^/]+))?\/inject(\/.*)?$/

/** What a webhook injects; undefined for one that does something else. */
export function injectorOf({ name, target }: WebhookEntry): Injector | undefined {
  const match = paths.exec(target.path)
  if (match !== null) return { revision: match[1], path: match[2] ?? '' }
  return name.endsWith('sidecar-injector.istio.io') ? { revision: undefined, path: '' } : undefined
}
