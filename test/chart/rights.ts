import type { Right } from '../../src/cluster/verbs.ts'
import { ofKind, only, type KubernetesObject, type Role } from './objects.ts'

/** One right, as a line that can be compared: `istio-system: list configmaps.`, `cluster: patch widgets.example.com [name]`. */
export function grantedRights(objects: readonly KubernetesObject[]): Set<string> {
  const roles = [...ofKind(objects, 'Role'), only(objects, 'ClusterRole')]
  return new Set(roles.flatMap(linesOf))
}

function linesOf({ metadata, rules }: Role): string[] {
  return rules.flatMap(({ apiGroups, resources, resourceNames = [], verbs }) =>
    verbs.flatMap((verb) =>
      resources.map((resource) =>
        line(metadata.namespace ?? 'cluster', verb, `${resource}.${apiGroups.join('+')}`, resourceNames),
      ),
    ),
  )
}

export interface Places {
  readonly istioNamespace: string
  readonly ownNamespace: string
  readonly canaryNamespace?: string
  /** What objects that RBAC can name are called, by resource. */
  readonly names: Readonly<Record<string, string>>
}

/** The same of what the code says it calls. */
export function neededRights(rights: readonly Right[], places: Places): Set<string> {
  const scopes = {
    'istio-namespace': places.istioNamespace,
    'own-namespace': places.ownNamespace,
    'canary-namespace': places.canaryNamespace ?? '?',
    cluster: 'cluster',
  }
  return new Set(
    rights.map(({ scope, verb, resource, apiGroup, isNamed }) =>
      line(scopes[scope], verb, `${resource}.${apiGroup}`, isNamed ? [places.names[resource] ?? '?'] : []),
    ),
  )
}

function line(scope: string, verb: string, resource: string, names: readonly string[]): string {
  return `${scope}: ${verb} ${resource}${names.length === 0 ? '' : ` [${names.join(' ')}]`}`
}
