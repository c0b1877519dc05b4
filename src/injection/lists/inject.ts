import { validateAnnotations } from '../annotations.ts'
import type { Decision } from '../decision.ts'
import { isObject, listAt, type JsonObject } from '../json.ts'
import type { Outcome } from '../outcome.ts'
import { ownerOf, type Workload } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import { dumpProbers, probersEnvName } from '../probes.ts'
import type { ListSettings } from '../settings.ts'
import {
  emptyStatus,
  isEmptyStatus,
  legacyStatus,
  parseStatus,
  statusKey,
  type InjectionStatus,
} from '../status.ts'
import type { ListOverlay } from './overlay.ts'
import { PatchText } from './patch-text.ts'
import { fitSidecar, type EnvVar } from './sidecar.ts'
import { rewritesProbes, statusPortOf } from './status-port.ts'
import { steps, type ListInjection } from './steps.ts'

/**
 * Injection as Istio 0.8 to 1.8 does it: the template renders lists, which are added to the pod's. `workload` is the
 * enclosing object where there is one at hand (kube-inject); for a request it is found from the owner references.
 */
export function injectLists(
  settings: ListSettings,
  request: PodRequest,
  decision: Decision,
  workload?: Workload,
): Outcome {
  validateAnnotations(settings.annotationRules, request.annotations)
  if (hasOwnSidecar(request)) return { kind: 'skipped', decision: ownSidecarDecision }
  const owner = workload ?? ownerOf(request.pod, request.namespace, settings.traits.owner)
  const securityContext = securityContextOf(settings, request)
  const overlay = settings.render({ request, owner, workload, securityContext })
  const injection: ListInjection = {
    settings,
    request,
    owner,
    overlay: fitted(settings, request, overlay),
    previous: settings.traits.removesPrevious ? previousStatus(request) : emptyStatus,
    securityContext,
    statusPort: rewritesProbes(settings.traits, request, overlay)
      ? statusPortOf(settings, request, overlay)
      : undefined,
    hold: false,
    network: '',
    prometheus: undefined,
  }
  const patch = new PatchText()
  for (const step of settings.traits.patchOrder) steps[step](injection, patch)
  return { kind: 'injected', decision, patch: patch.toString() }
}

/**
 * A container istio-proxy in a pod that was never injected is its user's own: two of one name the API server would
 * refuse, and taking the user's out, as Istio up to 1.8 does, loses it (docs/differences.md).
 */
function hasOwnSidecar({ annotations, spec }: PodRequest): boolean {
  if (Object.hasOwn(annotations, statusKey)) return false
  return listAt(spec, 'containers').some(
    (container) => isObject(container) && container['name'] === 'istio-proxy',
  )
}

const ownSidecarDecision: Decision = {
  inject: false,
  reason: 'own-sidecar',
  field: 'spec.containers',
  message: 'the pod has a container istio-proxy of its own and was not injected before: it is left as it is',
  warnings: ['not injected: the pod has a container istio-proxy of its own; rename it to get a sidecar'],
}

/** What goes before the new is added: what the status names, or what injectors before it put in. */
function previousStatus({ annotations }: PodRequest): InjectionStatus {
  if (!Object.hasOwn(annotations, statusKey)) return legacyStatus
  const status = parseStatus(annotations[statusKey] ?? '') ?? emptyStatus
  return isEmptyStatus(status) ? legacyStatus : status
}

/** The pod's securityContext, with the proxy's group where the release sets it so that Envoy can read its socket. */
function securityContextOf(settings: ListSettings, { spec }: PodRequest): JsonObject | undefined {
  const own = isObject(spec['securityContext']) ? spec['securityContext'] : undefined
  if (!settings.setsFsGroup) return own
  return settings.traits.fsGroupKeepsContext ? { ...own, fsGroup: proxyGroup } : { fsGroup: proxyGroup }
}

/** The group that the proxy runs as. */
const proxyGroup = 1337

function fitted(settings: ListSettings, request: PodRequest, overlay: ListOverlay): ListOverlay {
  const { traits } = settings
  const containers = listAt(request.spec, 'containers')
  const env: EnvVar[] = []
  if (rewritesProbes(traits, request, overlay)) {
    const probers =
      dumpProbers(containers, traits.probes, undefined) ?? (traits.probes.dumpsNothing ? '{}' : undefined)
    if (probers !== undefined) env.push({ name: probersEnvName, value: probers })
  }
  return fitSidecar(
    overlay,
    settings.containerType,
    { containers, initContainers: listAt(request.spec, 'initContainers') },
    { env, replaced: new Set(), tokenMount: traits.copiesTokenMount },
  )
}
