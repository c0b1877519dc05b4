/** One thing that the server does with the API server, as RBAC grants it. */
export interface Right {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch'
  /** "" for the core. */
  readonly apiGroup: string
  readonly resource: string
  /** Where: the namespace of Istio's ConfigMaps, that of the server itself, or all of the cluster. */
  readonly scope: 'istio-namespace' | 'own-namespace' | 'cluster'
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

function rights(
  verbs: readonly Right['verb'][],
  rest: Omit<Right, 'verb' | 'isNamed'> & { readonly isNamed?: boolean },
): Right[] {
  return verbs.map((verb) => ({ isNamed: false, ...rest, verb }))
}
