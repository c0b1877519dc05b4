/** One thing that the server does with the API server, as RBAC grants it. */
export interface Right {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch'
  /** "" for the core. */
  readonly apiGroup: string
  readonly resource: string
  /** Where: the namespace of Istio's ConfigMaps, that of the server itself, that of doctor's canary, or all of the cluster. */
  readonly scope: 'istio-namespace' | 'own-namespace' | 'canary-namespace' | 'cluster'
  /** Only of objects whose names are known, so that `resourceNames` can say which. */
  readonly isNamed: boolean
  readonly when: string
}

/** The paths of the collections that settings come from. */
export const collections = {
  configMaps: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`,
  events: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
  proxyConfigs: '/apis/networking.istio.io/v1beta1/proxyconfigs',
  nodes: '/api/v1/nodes',
  namespaces: '/api/v1/namespaces',
  pods: '/api/v1/pods',
  webhooks: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
} as const

/** The path of a pod's status. */
export function podStatus({
  namespace,
  name,
}: {
  readonly namespace: string
  readonly name: string
}): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/status`
}

const followed = ['list', 'watch'] as const

/** Everything that live settings need (`serve -i`); a test compares it with what an API server sees. */
export const settingsRights: readonly Right[] = [
  ...rights(followed, {
    apiGroup: '',
    resource: 'configmaps',
    scope: 'istio-namespace',
    when: 'the settings, of revisions that come later, too',
  }),
  ...rights(['create'], {
    apiGroup: '',
    resource: 'events',
    scope: 'istio-namespace',
    when: 'a ConfigMap is refused',
  }),
  ...rights(followed, {
    apiGroup: 'networking.istio.io',
    resource: 'proxyconfigs',
    scope: 'cluster',
    when: 'the resource of Istio from 1.13 on; without the right, or without such resources, there are none',
  }),
  ...rights(followed, {
    apiGroup: '',
    resource: 'nodes',
    scope: 'cluster',
    when: 'releases from 1.27 on make sidecars native where all kubelets can; not with `--nodeVersion`',
  }),
  ...rights(followed, {
    apiGroup: '',
    resource: 'namespaces',
    scope: 'cluster',
    when: 'OpenShift only (`--env PLATFORM=openshift`): its ranges of users are annotations of namespaces',
  }),
]

/** What telling the owners of pods needs (`serve -i --podEvents=on`). */
export const podEventRights: readonly Right[] = rights(['create'], {
  apiGroup: '',
  resource: 'events',
  scope: 'cluster',
  when: 'a pod is skipped or refused, and a person should know: the Event is about its owner',
})

/** What the state of pods needs (`serve -i --coverage`). */
export const coverageRights: readonly Right[] = [
  ...rights(followed, { apiGroup: '', resource: 'pods', scope: 'cluster', when: 'which have a sidecar' }),
  ...rights(followed, {
    apiGroup: '',
    resource: 'namespaces',
    scope: 'cluster',
    when: 'their labels say which should have one, and since when',
  }),
  ...rights(followed, {
    apiGroup: 'admissionregistration.k8s.io',
    resource: 'mutatingwebhookconfigurations',
    scope: 'cluster',
    when: 'who is asked for one: ours and others',
  }),
]

/** Everything that a CA of our own needs (`serve --certificateSecret`). */
export const certificateRights: readonly Right[] = [
  ...rights(['get', 'update'], {
    apiGroup: '',
    resource: 'secrets',
    scope: 'own-namespace',
    isNamed: true,
    when: 'the CA',
  }),
  ...rights(['create'], {
    apiGroup: '',
    resource: 'secrets',
    scope: 'own-namespace',
    when: 'the first CA; RBAC cannot name what is not there yet',
  }),
  ...rights(['get', ...followed, 'patch'], {
    apiGroup: 'admissionregistration.k8s.io',
    resource: 'mutatingwebhookconfigurations',
    scope: 'cluster',
    isNamed: true,
    when: 'the caBundle of our own webhooks',
  }),
]

/** What `doctor` looks at; what it may not see, it says. (The path of the API server's counts is no resource.) */
export const doctorRights: readonly Right[] = [
  ...rights(['get'], {
    apiGroup: '',
    resource: '/metrics',
    scope: 'cluster',
    when: "the API server's own counts of webhook calls",
  }),
  ...rights(['list'], {
    apiGroup: 'admissionregistration.k8s.io',
    resource: 'mutatingwebhookconfigurations',
    scope: 'cluster',
    when: 'the webhooks, of all injectors',
  }),
  ...rights(['list'], { apiGroup: '', resource: 'namespaces', scope: 'cluster', when: 'their labels' }),
  ...rights(['list'], { apiGroup: '', resource: 'events', scope: 'cluster', when: 'what was told others' }),
  ...rights(['get', 'list'], {
    apiGroup: '',
    resource: 'nodes',
    scope: 'cluster',
    when: 'Fargate, hybrid nodes, groups of nodes',
  }),
  ...rights(['get'], {
    apiGroup: '',
    resource: 'services',
    scope: 'cluster',
    when: 'the Services that injectors name',
  }),
  ...rights(['list'], {
    apiGroup: 'apps',
    resource: 'daemonsets',
    scope: 'cluster',
    when: 'the network of the pods, in kube-system',
  }),
  ...rights(['list'], {
    apiGroup: 'crd.k8s.amazonaws.com',
    resource: 'eniconfigs',
    scope: 'cluster',
    when: 'custom networking',
  }),
  ...rights(['list'], {
    apiGroup: '',
    resource: 'configmaps',
    scope: 'istio-namespace',
    when: 'which are there, and their keys',
  }),
  ...rights(['list'], {
    apiGroup: '',
    resource: 'pods',
    scope: 'own-namespace',
    when: "the injector's pods",
  }),
  ...rights(['get'], {
    apiGroup: '',
    resource: 'pods/proxy',
    scope: 'own-namespace',
    when: 'whether the API server reaches them, by its proxy, and what they say of themselves',
  }),
  ...rights(['list'], {
    apiGroup: 'discovery.k8s.io',
    resource: 'endpointslices',
    scope: 'own-namespace',
    when: 'where the Service leads',
  }),
  ...rights(['list'], {
    apiGroup: 'apps',
    resource: 'deployments',
    scope: 'own-namespace',
    when: 'whether there are to be pods',
  }),
  ...rights(['list'], {
    apiGroup: 'networking.k8s.io',
    resource: 'networkpolicies',
    scope: 'own-namespace',
    when: 'whom they let in',
  }),
  ...rights(['list'], {
    apiGroup: 'vpcresources.k8s.aws',
    resource: 'securitygrouppolicies',
    scope: 'own-namespace',
    when: 'security groups for pods',
  }),
  ...rights(['create'], {
    apiGroup: '',
    resource: 'pods',
    scope: 'canary-namespace',
    when: 'the canary: dry runs only, which RBAC cannot tell from others',
  }),
]

/** What telling of it in the pod's own status needs, beside these (`serve --doctorMinutes`). */
export const conditionRights: readonly Right[] = rights(['get', 'patch'], {
  apiGroup: '',
  resource: 'pods/status',
  scope: 'own-namespace',
  when: "the condition of the server's own pod; RBAC cannot name a pod that is not there yet",
})

function rights(
  verbs: readonly Right['verb'][],
  rest: Omit<Right, 'verb' | 'isNamed'> & { readonly isNamed?: boolean },
): Right[] {
  return verbs.map((verb) => ({ isNamed: false, ...rest, verb }))
}
