import { injectTemplate } from '../injection/inject.ts'
import type { Settings } from '../injection/settings.ts'
import { injectStream } from './inject-stream.ts'
import { workloadKinds } from './kinds.ts'
import { skipMessage } from './skip-message.ts'

/** What `istioctl kube-inject` of the settings' release makes of a stream of manifests. Throws ManifestError. */
export function kubeInject(settings: Settings, stream: string, warn: (message: string) => void): string {
  const { release } = settings.detection
  return injectStream(
    {
      kinds: workloadKinds(release, settings.manual.traits.kubernetesMinor),
      foldsLines: settings.traits.foldsLines,
      injectTemplate: (template, workload) => injectTemplate(settings, template, workload),
      skipped: (workload, template, { decision }) =>
        warn(skipMessage(release, decision.reason, workload, template)),
    },
    stream,
  )
}
