import { validateAnnotations } from '../annotations.ts'
import type { Decision } from '../decision.ts'
import { isObject, listAt, namesOf, type JsonObject } from '../json.ts'
import type { Outcome } from '../outcome.ts'
import { ownerOf, type Workload } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import { isSidecar } from '../probes.ts'
import type { ListSettings } from './settings.ts'
import { networkOf } from '../network.ts'
import { urlVariables } from '../url-parameters.ts'
import { holdsApplication } from '../hold.ts'
import type { ListInjection } from './injection.ts'
import { PatchText } from '../patch-text.ts'
import { previousStatus } from './previous.ts'
import { prometheusMerge } from './prometheus.ts'
import { fittedOverlay } from './sidecar.ts'
import { redirectPort } from './status-port.ts'
import { steps } from './steps.ts'
import { statusKey } from '../status.ts'

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
  const sidecar = existingSidecar(request)
  if (sidecar !== undefined && (sidecar.reason === 'own-sidecar' || !settings.traits.lists.removesPrevious)) {
    return { kind: 'skipped', decision: sidecar }
  }
  const patch = new PatchText()
  const injection = prepare(settings, request, workload)
  for (const step of settings.traits.lists.order) steps[step](injection, patch)
  return { kind: 'injected', decision, patch: patch.toString() }
}

function prepare(settings: ListSettings, request: PodRequest, workload: Workload | undefined): ListInjection {
  const { traits, mesh } = settings
  const owner = workload ?? ownerOf(request.pod, request.namespace, traits.owner)
  const securityContext = securityContextOf(settings, request)
  const shown = traits.lists.fsGroupIsSeen
    ? { ...request, spec: withContext(request.spec, securityContext) }
    : request
  const overlay = settings.render({ request: shown, owner, workload })
  const variables = urlVariables(request.path, traits)
  const network = networkOf(traits, request.labels, variables, settings.values)
  const prometheus = prometheusMerge(traits, request, mesh)
  return {
    settings,
    request,
    owner,
    overlay: fittedOverlay(settings, request, overlay, { variables, network, prometheus }),
    previous: traits.lists.removesPrevious ? previousStatus(request) : undefined,
    securityContext,
    redirectPort: redirectPort(settings, request, overlay),
    hold: holdsApplication(settings, request.annotations),
    network,
    prometheus: prometheus?.annotations,
  }
}

/**
 * Why a pod that has a container istio-proxy is left alone; undefined if it has none. In a pod that was never
 * injected it is its user's own: two of one name the API server would refuse, and taking the user's out, as Istio up
 * to 1.8 does, loses it (docs/differences.md). In a pod that was, the webhook takes it out and adds the new one;
 * kube-inject leaves the pod as it is.
 */
function existingSidecar(request: PodRequest): Decision | undefined {
  if (!listAt(request.spec, 'containers').filter(isObject).some(isSidecar)) return undefined
  return wasInjected(request) ? alreadyInjected : ownSidecar
}

/** Injectors before the status annotation always put an init container in beside the sidecar. */
export function wasInjected({ annotations, spec }: PodRequest): boolean {
  return (
    Object.hasOwn(annotations, statusKey) || namesOf(listAt(spec, 'initContainers')).includes('istio-init')
  )
}

/** A workload that kube-inject has injected before. */
export const alreadyInjected: Decision = {
  inject: false,
  reason: 'already-injected',
  field: `metadata.annotations["${statusKey}"]`,
  message: 'the pod template has a sidecar already',
  warnings: [],
}

const ownSidecar: Decision = {
  inject: false,
  reason: 'own-sidecar',
  field: 'spec.containers',
  message: 'the pod has a container istio-proxy of its own and was not injected before: it is left as it is',
  warnings: [],
}

/** The group that the proxy runs as. */
const proxyGroup = 1337

/** The pod's securityContext, with the proxy's group where the release sets it so that Envoy can read its token. */
function securityContextOf(settings: ListSettings, { spec }: PodRequest): JsonObject | undefined {
  const own = isObject(spec['securityContext']) ? spec['securityContext'] : undefined
  if (!settings.setsFsGroup) return own
  return settings.traits.lists.fsGroupKeepsContext ? { ...own, fsGroup: proxyGroup } : { fsGroup: proxyGroup }
}

function withContext(spec: JsonObject, securityContext: JsonObject | undefined): JsonObject {
  return securityContext === undefined ? spec : { ...spec, securityContext }
}
