import { stringAt, objectAt, type JsonObject } from '../injection/json.ts'
import type { Change } from '../uninjection/change.ts'
import { uninjectStream } from './uninject-stream.ts'

export interface KubeUninjectOptions {
  /** Annotations that the injector's config gives to every pod. */
  readonly injectedAnnotations?: ReadonlyMap<string, string>
  /** Told what could not be restored, a sentence each. */
  readonly warn: (message: string) => void
}

/** The inverse of kube-inject of any release, and of the webhook, for a stream of manifests. Throws ManifestError. */
export function kubeUninject(stream: string, options: KubeUninjectOptions): string {
  return uninjectStream(
    {
      injectedAnnotations: options.injectedAnnotations ?? new Map(),
      changed: (object, changes) => {
        for (const change of changes) if (change.action === 'lost') options.warn(lossText(object, change))
      },
    },
    stream,
  )
}

function lossText(object: JsonObject, { place }: Change): string {
  const name = stringAt(objectAt(object, 'metadata'), 'name')
  return `${stringAt(object, 'kind')} ${JSON.stringify(name)}: ${place} cannot be restored, the sidecar was not told what it was: it is left as the injector made it`
}
