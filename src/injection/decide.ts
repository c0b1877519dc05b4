import type { DecisionTraits, Traits } from '../istio/traits.ts'
import type { Selector } from '../kubernetes/selector.ts'
import type { Decision, ReasonCode } from './decision.ts'
import type { PodRequest } from './pod-request.ts'

/** The part of the injector config that decides. */
export interface DecisionRules {
  readonly policy: string
  /** Set if the config is empty or missing: the sentence that says what to do. */
  readonly missing: string | undefined
  readonly neverInjectSelectors: readonly Selector[]
  readonly alwaysInjectSelectors: readonly Selector[]
}

const injectKey = 'sidecar.istio.io/inject'
const annotationField = `metadata.annotations["${injectKey}"]`
const labelField = `metadata.labels["${injectKey}"]`

/**
 * Whether a pod is to be injected, and why: host network, namespace, the pod's own wish, selectors, policy, in
 * this order (Istio's injectRequired).
 */
export function decide(rules: DecisionRules, traits: Traits, request: PodRequest): Decision {
  const { spec, namespace } = request
  if (rules.missing !== undefined) return no('no-inject-config', 'config', rules.missing)
  if (spec['hostNetwork'] === true) {
    return no('host-network', 'spec.hostNetwork', 'spec.hostNetwork is true')
  }
  if (traits.decision.systemNamespaces.includes(namespace)) {
    return no('system-namespace', 'metadata.namespace', `nothing is injected in namespace ${namespace}`)
  }
  const wish = wishOf(request, traits)
  if (rules.policy !== 'enabled' && rules.policy !== 'disabled') return unknownPolicy(rules.policy)
  if (wish.decision !== undefined) return wish.decision
  const selected = traits.decision.selectors ? bySelector(rules, request.labels) : undefined
  const decision = selected ?? byPolicy(rules.policy)
  return wish.warnings.length === 0 ? decision : { ...decision, warnings: wish.warnings }
}

/** What the pod itself asks for by label or annotation; no decision where it asks for nothing. */
function wishOf(request: PodRequest, traits: Traits): { decision?: Decision; warnings: readonly string[] } {
  const byLabel = traits.decision.label && Object.hasOwn(request.labels, injectKey)
  const source = byLabel ? request.labels : request.annotations
  const value = Object.hasOwn(source, injectKey) ? (source[injectKey] ?? '') : ''
  if (value === '') return { warnings: [] }

  const reason: ReasonCode = byLabel ? 'inject-label' : 'inject-annotation'
  const field = byLabel ? labelField : annotationField
  const sentence = `${byLabel ? 'label' : 'annotation'} ${injectKey} is ${JSON.stringify(value)}`
  const inject = wanted(value, traits.decision.values)
  if (inject === undefined) return { warnings: [`${sentence}, which is neither "true" nor "false": ignored`] }
  return { decision: { inject, reason, field, message: sentence, warnings: [] }, warnings: [] }
}

function wanted(value: string, values: DecisionTraits['values']): boolean | undefined {
  if (values === 'words') return /^(?:y|yes|true|on)$/i.test(value)
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function bySelector(rules: DecisionRules, labels: Readonly<Record<string, string>>): Decision | undefined {
  const never = rules.neverInjectSelectors.find((selector) => selector.matches(labels))
  if (never !== undefined) {
    return no(
      'never-inject-selector',
      'metadata.labels',
      `neverInjectSelector ${never.text} matches the labels`,
    )
  }
  const always = rules.alwaysInjectSelectors.find((selector) => selector.matches(labels))
  if (always === undefined) return undefined
  return yes(
    'always-inject-selector',
    'metadata.labels',
    `alwaysInjectSelector ${always.text} matches the labels`,
  )
}

function byPolicy(policy: 'enabled' | 'disabled'): Decision {
  if (policy === 'enabled') return yes('policy-enabled', 'config.policy', 'policy is enabled')
  return no('policy-disabled', 'config.policy', 'policy is disabled and the pod does not ask for a sidecar')
}

function unknownPolicy(policy: string): Decision {
  const message = `policy ${JSON.stringify(policy)} is neither "enabled" nor "disabled": Istio takes that for never`
  return no('policy-unknown', 'config.policy', message)
}

function yes(reason: ReasonCode, field: string, message: string): Decision {
  return { inject: true, reason, field, message, warnings: [] }
}

function no(reason: ReasonCode, field: string, message: string): Decision {
  return { inject: false, reason, field, message, warnings: [] }
}
