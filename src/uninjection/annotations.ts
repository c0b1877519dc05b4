import type { JsonObject } from '../injection/json.ts'
import { overridesKey } from '../injection/merge/overrides.ts'
import { statusKey } from '../injection/status.ts'
import { holds } from '../istio/history.ts'
import { variable, type Evidence } from './evidence.ts'
import { ownValue, type MetadataContext, type Originals } from './metadata.ts'
import { withoutMultusNetwork } from './multus.ts'
import { prometheusOriginals } from './prometheus.ts'
import { isRedirectDefault, redirectKeys } from './redirection.ts'

/** Whether an annotation's value is one that the injector of a pod would have written. */
type Rule = (value: string, context: MetadataContext, annotations: JsonObject) => boolean

const logsKey = 'kubectl.kubernetes.io/default-logs-container'
const containerKey = 'kubectl.kubernetes.io/default-container'

/**
 * Templates name the first container: up to 1.13 where it is the only one. From 1.10 on they write both annotations,
 * so that one alone is the user's.
 */
const isFirstContainer: Rule = (value, { applications, evidence: { release } }, annotations) => {
  if (applications[0] !== value || !holds('1.9', release)) return false
  if (applications.length > 1 && !holds('1.14', release)) return false
  return (
    !holds('1.10', release) ||
    (ownValue(annotations, logsKey) === value && ownValue(annotations, containerKey) === value)
  )
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [statusKey, () => true],
  [overridesKey, (_, { hasOverrides }) => hasOverrides],
  // From 1.18, and the status has the revision from 1.11.
  [
    'istio.io/rev',
    (value, { evidence: { revision } }) => revision !== undefined && value === (revision || 'default'),
  ],
  [logsKey, isFirstContainer],
  [containerKey, isFirstContainer],
  [
    'sidecar.istio.io/rewriteAppHTTPProbers',
    (value, { evidence }) => value === 'false' && isProxyless(evidence),
  ],
  ...redirectKeys.map((key): [string, Rule] => [
    key,
    (value, { evidence }) => isRedirectDefault(key, value, evidence),
  ]),
])

/** gRPC applications without Envoy have templates of their own, which leave probes alone. */
function isProxyless(evidence: Evidence): boolean {
  return (
    evidence.status.initContainers.includes('grpc-bootstrap-init') ||
    variable(evidence, 'ISTIO_META_GENERATOR') === 'grpc'
  )
}

const networksKey = 'k8s.v1.cni.cncf.io/networks'

/**
 * What annotations were before the injection: as the sidecar was told where it was (up to 1.10), else without the values
 * that the injector would have written for a pod that had none.
 */
export function originalAnnotations(annotations: JsonObject, context: MetadataContext): Originals {
  const { evidence, knowledge } = context
  const originals = new Map<string, string | undefined>(prometheusOriginals(annotations, evidence))
  for (const [key, rule] of rules) {
    const value = ownValue(annotations, key)
    if (value !== undefined && rule(value, context, annotations)) originals.set(key, recorded(key, context))
  }
  for (const [key, injected] of knowledge.injectedAnnotations) {
    if (ownValue(annotations, key) === injected) originals.set(key, recorded(key, context))
  }
  const networks = ownValue(annotations, networksKey)
  if (networks !== undefined) originals.set(networksKey, withoutMultusNetwork(networks))
  return originals
}

function recorded(key: string, { evidence }: MetadataContext): string | undefined {
  return evidence.annotations === undefined ? undefined : ownValue(evidence.annotations, key)
}
