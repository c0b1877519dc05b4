import { isObject, stringAt, stringsAt, type Json } from '../injection/json.ts'

/** Which requests a webhook is for. */
export interface Rule {
  readonly operations: readonly string[]
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly resources: readonly string[]
  /** `*`, `Namespaced` or `Cluster`. */
  readonly scope: string
}

export function readRules(list: readonly Json[]): readonly Rule[] {
  return list.filter(isObject).map((rule) => ({
    operations: stringsAt(rule, 'operations'),
    apiGroups: stringsAt(rule, 'apiGroups'),
    apiVersions: stringsAt(rule, 'apiVersions'),
    resources: stringsAt(rule, 'resources'),
    scope: stringAt(rule, 'scope') || '*',
  }))
}

/**
 * Is a rule for the creation of pods? (k8s.io/apiserver's rules.Matcher.) Pods have been of one group and version since
 * Kubernetes 1.0, so that matchPolicy makes no difference.
 */
export function isForPods({ operations, apiGroups, apiVersions, resources, scope }: Rule): boolean {
  return (
    has(operations, 'CREATE') &&
    has(apiGroups, '') &&
    has(apiVersions, 'v1') &&
    resources.some(isPods) &&
    scope !== 'Cluster'
  )
}

function has(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value)
}

/** `pods`, `*`, `pods/*` and both stars are; `pods/exec` is not. */
function isPods(resource: string): boolean {
  const slash = resource.indexOf('/')
  const name = slash < 0 ? resource : resource.slice(0, slash)
  const sub = slash < 0 ? '' : resource.slice(slash + 1)
  return (name === '*' || name === 'pods') && (sub === '*' || sub === '')
}
