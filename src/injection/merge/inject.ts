import { validateAnnotations } from '../annotations.ts'
import type { Decision } from '../decision.ts'
import { diff } from '../diff.ts'
import { InjectionError } from '../errors.ts'
import { podType } from '../../schema/index.ts'
import { objectAt, type JsonObject } from '../json.ts'
import { withoutAssignedUser } from '../open-shift.ts'
import type { Outcome } from '../outcome.ts'
import type { Workload } from '../owner.ts'
import type { PodRequest } from '../pod-request.ts'
import { parseStatus, statusKey } from '../status.ts'
import { finish } from './finish.ts'
import { adjustInitUser, isTproxy } from './init-user.ts'
import { isNative, moveProxy } from './native.ts'
import { parseOverrides } from './overrides.ts'
import { reapplyContainers } from './reapply.ts'
import type { MergeSettings } from './settings.ts'
import { mergeData, type MergeDataSource } from './template-data.ts'
import { templateItems, type TemplateItems } from './template-items.ts'
import { requestedTemplates } from './templates.ts'

/**
 * Injection as Istio 1.9 and later do it: templates render partial Pods, which are merged into the pod. `workload` is
 * the enclosing object where there is one at hand (kube-inject); else it is found from the owner references.
 */
export function injectByMerge(
  settings: MergeSettings,
  received: PodRequest,
  decision: Decision,
  workload?: Workload,
): Outcome {
  const { traits, merger } = settings
  const request = settings.isOpenShift && traits.merge.takesBackUser ? withoutUser(received) : received
  inTemplates(() => validateAnnotations(settings.annotationRules, request.annotations))
  const overrides = inTemplates(() => parseOverrides(request.annotations))
  const injection = mergeTemplates(settings, { request, workload, overrides })
  const previous = Object.hasOwn(request.annotations, statusKey)
    ? parseStatus(request.annotations[statusKey] ?? '')
    : undefined
  const original = request.pod
  const reapplied = reapplyContainers(
    { merger, traits: traits.merge, original, template: injection.items.pod, previous, overrides },
    injection.pod,
  )
  const adjusted = traits.merge.adjustsInitUser
    ? adjustInitUser({ original, isTproxy: isTproxy(injection.config, reapplied) }, reapplied)
    : reapplied
  const finished = finish(settings, { request, items: injection.items }, adjusted)
  return { kind: 'injected', decision, patch: diff(podType, request.received, finished) }
}

function withoutUser(request: PodRequest): PodRequest {
  const pod = withoutAssignedUser(request.pod)
  return { ...request, pod, spec: objectAt(pod, 'spec') }
}

/** The pod with every template merged in, and what is theirs. */
interface Merged {
  readonly pod: JsonObject
  readonly items: TemplateItems
  /** The ProxyConfig that holds for the pod. */
  readonly config: JsonObject
}

function mergeTemplates(settings: MergeSettings, source: MergeDataSource): Merged {
  const { request } = source
  const native = isNative(settings, request.annotations)
  const { data, config } = mergeData(settings, source)
  const names = inTemplates(() => requestedTemplates(settings, request.annotations))
  let [pod, template, items]: [JsonObject, JsonObject, TemplateItems] = [request.pod, {}, noItems]
  for (const name of names) {
    const overlay = inTemplates(() => settings.render(name, data, request))
    if (names.length > 1) template = inTemplates(() => settings.merger.merge(template, overlay.patch))
    items = names.length > 1 ? templateItems(template) : overlay.items
    if (native) pod = moveProxy(pod, items.pod)
    pod = inTemplates(() => settings.merger.merge(pod, overlay.patch))
  }
  return { pod, items, config }
}

const noItems = templateItems({})

const prefix = 'failed to run injection template: '

/** Istio says where its errors come from. */
function inTemplates<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InjectionError) || error.message.startsWith(prefix)) throw error
    throw error.withPrefix(prefix)
  }
}
