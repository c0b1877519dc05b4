import { injectTemplate } from '../injection/inject.ts'
import { stringAt, objectAt, type JsonObject } from '../injection/json.ts'
import type { Outcome } from '../injection/outcome.ts'
import type { Settings } from '../injection/settings.ts'
import { injectStream } from './inject-stream.ts'
import { workloadKinds } from './kinds.ts'

/** What `istioctl kube-inject` of the settings' release makes of a stream of manifests. Throws ManifestError. */
export function kubeInject(settings: Settings, stream: string, warn: (message: string) => void): string {
  const { release } = settings.detection
  return injectStream(
    {
      kinds: workloadKinds(release, settings.manual.traits.kubernetesMinor),
      foldsLines: settings.traits.foldsLines,
      injectTemplate: (template, workload) => injectTemplate(settings, template, workload),
      skipped: (_workload, template, outcome) => warn(skipMessage(template, outcome)),
    },
    stream,
  )
}

/** As Istio 1.0 says it; the name is the pod template's, and empty where that has none. */
function skipMessage(template: JsonObject, outcome: Outcome): string {
  const name = JSON.stringify(stringAt(objectAt(template, 'metadata'), 'name'))
  const reason = outcome.kind === 'skipped' ? outcome.decision.reason : undefined
  if (reason === 'host-network') return `Skipping injection because ${name} has host networking enabled`
  if (reason === 'own-sidecar' || reason === 'already-injected')
    return `Skipping injection because ${name} has injected "istio-proxy" sidecar already`
  return `Skipping injection because ${name} has sidecar injection disabled`
}
