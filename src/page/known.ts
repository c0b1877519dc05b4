import { judge, type Judgement } from '../coverage/judge.ts'
import type { Surroundings } from '../coverage/surroundings.ts'
import { InjectionError } from '../injection/errors.ts'
import { isObject, type Json, type StringMap } from '../injection/json.ts'
import { nameLabel, type NamespaceFacts } from '../selection/namespace.ts'

/** What is known besides the question. */
export interface Known {
  /** The annotations of a namespace, where injection asks for them. */
  readonly annotationsOf: (namespace: string) => StringMap | undefined
  /** Namespaces and webhooks of the cluster; undefined where it is not watched. */
  readonly surroundings: Surroundings | undefined
}

/**
 * What the webhooks of the cluster and the injector would decide together. Labels that are given stand in place of the
 * namespace's own by which injectors select. Undefined where no cluster is known, and for what is no pod.
 */
export function judged(
  { surroundings }: Known,
  pod: Json | undefined,
  { namespace, labels }: { readonly namespace: string; readonly labels: StringMap | undefined },
): Judgement | undefined {
  if (surroundings === undefined || !isObject(pod)) return undefined
  const { namespaces } = surroundings
  const own = namespaces.get(namespace)
  const facts = labels === undefined ? own : relabelled(namespace, own, labels)
  const asked =
    facts === own ? namespaces : new Map([...namespaces, ...(facts ? [[namespace, facts] as const] : [])])
  try {
    return judge(pod, namespace, { ...surroundings, namespaces: asked })
  } catch (error) {
    if (!(error instanceof InjectionError)) throw error
    return undefined
  }
}

/** Labels that people see and may change on the page; others of the namespace stay. */
const shown = new Set(['istio-injection', 'istio.io/rev', 'sidecar-injector/inject'])

function relabelled(name: string, own: NamespaceFacts | undefined, labels: StringMap): NamespaceFacts {
  const others = Object.entries(own?.labels ?? {}).filter(([key]) => !shown.has(key))
  return {
    name,
    labels: { [nameLabel]: name, ...Object.fromEntries(others), ...labels },
    annotations: own?.annotations ?? {},
    created: own?.created,
    labelChanges: () => [],
  }
}
