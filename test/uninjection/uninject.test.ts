/** What uninjection does with each thing that an injector leaves in a pod; the whole way there and back is in property/. */
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import type { Json, JsonObject } from '../../src/injection/json.ts'
import { uninject } from '../../src/uninjection/uninject.ts'
import { ruleNames } from './indistinct.ts'

type Members = Record<string, Json>

const web = { name: 'web', image: 'web:1' }
const proxy = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.30.3', args: ['proxy', 'sidecar'] }

/** The lists of a status annotation that names no more than it is given. */
function status(names: Members, extra: Members = { revision: 'default' }): string {
  const lists = { initContainers: null, containers: null, volumes: null, imagePullSecrets: null }
  return JSON.stringify({ ...lists, ...names, ...extra })
}

/** A pod as an injector of 1.11 and later leaves it: the sidecar behind the application. */
function injected(
  spec: Members = {},
  { annotations = {}, labels }: { readonly annotations?: Members; readonly labels?: Members } = {},
  sidecar: Members = {},
): JsonObject {
  const own = { 'sidecar.istio.io/status': status({ containers: ['istio-proxy'] }) }
  return {
    metadata: { annotations: { ...own, ...annotations }, ...(labels === undefined ? {} : { labels }) },
    spec: { containers: [web, { ...proxy, ...sidecar }], ...spec },
  }
}

const plain = { metadata: {}, spec: { containers: [web] } }

t.test('what was never injected stays as it is', (t) => {
  const withStatus = (text: Json): JsonObject => ({
    metadata: { annotations: { 'sidecar.istio.io/status': text } },
    spec: { containers: [web, { ...proxy, args: [] }], initContainers: [{ name: 'istio-init' }] },
  })
  const rows: [name: string, pod: JsonObject][] = [
    ['an empty object', {}],
    ['what is no pod', { metadata: [], spec: 'x', kind: null }],
    ['lists of what is no container', { spec: { containers: [null, 5, []], initContainers: {} } }],
    ['a pod', plain],
    ['a user’s own sidecar', { spec: { containers: [web, { name: 'istio-proxy', image: 'auto' }] } }],
    [
      'own containers of both names',
      { spec: { containers: [{ name: 'istio-proxy' }], initContainers: [{ name: 'istio-init' }] } },
    ],
    ['a status that is empty', withStatus('')],
    ['a status that is no JSON', withStatus('{"containers":')],
    ['a status that is no object', withStatus('["istio-proxy"]')],
    ['a status of null', withStatus('null')],
    ['a status without lists, which no injector writes', withStatus('{}')],
    ['a status that is no text', withStatus(5)],
    ['a status of a word', withStatus('true')],
  ]
  for (const [name, pod] of rows) {
    const { pod: same, changes } = uninject(pod)
    t.equal(same, pod, name)
    t.same(changes, [], name)
  }
  t.end()
})

type Row = [name: string, injected: JsonObject, was: JsonObject]

/** Each pod is what it was, and a second time changes nothing. */
function restores(rows: readonly Row[]): (t: Test) => void {
  return (t) => {
    for (const [name, pod, was] of rows) {
      const { pod: got } = uninject(pod)
      t.strictSame(got, was, name)
      t.equal(uninject(got).pod, got, `${name}: once is enough`)
    }
    t.end()
  }
}

/** A pod as an injector up to 1.8 leaves it. */
function appended(names: Members, spec: Members, metadata: Members = {}): JsonObject {
  const text = status(names, { version: 'a1b2' })
  return { metadata: { ...metadata, annotations: { 'sidecar.istio.io/status': text } }, spec }
}

const init = { name: 'istio-init', image: 'docker.io/istio/proxy_init:1.0.0' }
const named = (...names: string[]): Members[] => names.map((name) => ({ name }))

t.test(
  'what was appended goes, one item for each name (up to 1.8)',
  restores([
    [
      'containers, volumes and secrets',
      appended(
        {
          initContainers: ['istio-init'],
          containers: ['istio-proxy'],
          volumes: ['istio-envoy'],
          imagePullSecrets: ['s'],
        },
        {
          initContainers: [init],
          containers: [web, proxy],
          volumes: named('istio-envoy'),
          imagePullSecrets: named('s'),
        },
      ),
      plain,
    ],
    [
      'the last one of a name',
      appended(
        { volumes: ['istio-certs'], imagePullSecrets: ['regcred'] },
        {
          containers: [web],
          volumes: [
            { name: 'istio-certs', emptyDir: {} },
            { name: 'data' },
            { name: 'istio-certs', secret: {} },
          ],
          imagePullSecrets: named('regcred', 'other', 'regcred'),
        },
      ),
      {
        metadata: {},
        spec: {
          containers: [web],
          volumes: [{ name: 'istio-certs', emptyDir: {} }, { name: 'data' }],
          imagePullSecrets: named('regcred', 'other'),
        },
      },
    ],
    [
      'the first istio-validation, which goes before others',
      appended(
        { initContainers: ['istio-validation'] },
        {
          containers: [web],
          initContainers: [{ name: 'istio-validation', image: 'i' }, ...named('a', 'istio-validation')],
        },
      ),
      { metadata: {}, spec: { containers: [web], initContainers: named('a', 'istio-validation') } },
    ],
    [
      'a status that names nothing is all that was put in',
      appended({}, { containers: [web], volumes: named('istio-envoy') }),
      { metadata: {}, spec: { containers: [web], volumes: named('istio-envoy') } },
    ],
    [
      'by the names of old where there is no status',
      {
        spec: {
          initContainers: [...named('a'), init, ...named('enable-core-dump')],
          containers: [proxy, web],
          volumes: named('istio-certs', 'v', 'istio-envoy'),
        },
      },
      { metadata: {}, spec: { initContainers: named('a'), containers: [web], volumes: named('v') } },
    ],
    [
      'a volume stays that a container mounts, without it the pod would be none',
      appended(
        { volumes: ['istio-certs', 'istio-envoy'] },
        {
          containers: [{ ...web, volumeMounts: [{ name: 'istio-certs', mountPath: '/etc/certs' }] }],
          volumes: named('istio-certs', 'istio-envoy'),
        },
      ),
      {
        metadata: {},
        spec: {
          containers: [{ ...web, volumeMounts: [{ name: 'istio-certs', mountPath: '/etc/certs' }] }],
          volumes: named('istio-certs'),
        },
      },
    ],
    [
      'search domains of the mesh',
      appended({}, { containers: [web], dnsConfig: { searches: ['global', 'shop.global'] } }),
      plain,
    ],
    [
      'other search domains stay',
      appended({}, { containers: [web], dnsConfig: { searches: ['global', 'corp.example'] } }),
      { metadata: {}, spec: { containers: [web], dnsConfig: { searches: ['global', 'corp.example'] } } },
    ],
  ]),
)

const overridden = (own: Members, names: Members, spec: Members): JsonObject => ({
  metadata: {
    annotations: {
      'sidecar.istio.io/status': status(names),
      'proxy.istio.io/overrides': JSON.stringify(own),
    },
  },
  spec,
})

t.test(
  'the user’s own containers come back where they were merged into (from 1.9)',
  restores([
    [
      'in their place, without what Go writes and with the image that stands for the template’s',
      overridden(
        {
          containers: [
            { name: 'istio-proxy', resources: {} },
            { name: 'web', image: 'web:1', resources: { limits: { cpu: '1' } } },
          ],
        },
        { containers: ['istio-proxy', 'web', 'extra'] },
        {
          containers: [
            proxy,
            { name: 'web', image: 'web:1', env: [{ name: 'GRPC_XDS_BOOTSTRAP' }] },
            { name: 'extra' },
          ],
        },
      ),
      {
        metadata: {},
        spec: {
          containers: [
            { name: 'istio-proxy', image: 'auto' },
            { name: 'web', image: 'web:1', resources: { limits: { cpu: '1' } } },
          ],
        },
      },
    ],
    [
      'a sidecar that was made a native one is a container again',
      overridden(
        { initContainers: [{ name: 'istio-proxy', image: 'mine', resources: {} }] },
        { initContainers: ['istio-init', 'istio-proxy'] },
        { initContainers: [init, { ...proxy, restartPolicy: 'Always' }], containers: [web] },
      ),
      { metadata: {}, spec: { containers: [web, { name: 'istio-proxy', image: 'mine' }] } },
    ],
    [
      'one that was native stays one',
      overridden(
        { initContainers: [{ name: 'istio-proxy', image: 'mine', restartPolicy: 'Always' }] },
        { initContainers: ['istio-proxy'] },
        { initContainers: [proxy], containers: [web] },
      ),
      {
        metadata: {},
        spec: {
          initContainers: [{ name: 'istio-proxy', image: 'mine', restartPolicy: 'Always' }],
          containers: [web],
        },
      },
    ],
    [
      'an annotation about what was not injected is its user’s',
      overridden(
        { containers: named('other') },
        { containers: ['istio-proxy'] },
        { containers: [web, proxy] },
      ),
      {
        metadata: { annotations: { 'proxy.istio.io/overrides': '{"containers":[{"name":"other"}]}' } },
        spec: { containers: [web] },
      },
    ],
    [
      'so is one that is no JSON',
      injected({}, { annotations: { 'proxy.istio.io/overrides': '{' } }),
      { metadata: { annotations: { 'proxy.istio.io/overrides': '{' } }, spec: { containers: [web] } },
    ],
    [
      'volumes and secrets go; a secret behind one of the user’s own was there before',
      {
        metadata: {
          annotations: {
            'sidecar.istio.io/status': status({
              volumes: ['istio-envoy'],
              imagePullSecrets: ['mesh', 'shared'],
            }),
          },
        },
        spec: {
          containers: [web],
          volumes: named('istio-envoy', 'data'),
          imagePullSecrets: named('mesh', 'own', 'shared'),
        },
      },
      {
        metadata: {},
        spec: { containers: [web], volumes: named('data'), imagePullSecrets: named('own', 'shared') },
      },
    ],
    [
      'keys that mean something to JavaScript',
      injected(
        {},
        JSON.parse('{"annotations":{"__proto__":"a","constructor":"b"},"labels":{"__proto__":"c"}}'),
      ),
      {
        ...plain,
        metadata: JSON.parse(
          '{"annotations":{"__proto__":"a","constructor":"b"},"labels":{"__proto__":"c"}}',
        ),
      },
    ],
  ]),
)

/** A container whose probe asks pilot-agent, and what that was told. */
function probed(probers: Members | string, container: Members): JsonObject {
  const value = typeof probers === 'string' ? probers : JSON.stringify(probers)
  const env = [{ name: 'ISTIO_KUBE_APP_PROBERS', value }]
  return injected({
    containers: [
      { ...web, ...container },
      { ...proxy, env },
    ],
  })
}

const original = (container: Members): JsonObject => ({
  metadata: {},
  spec: { containers: [{ ...web, ...container }] },
})
const asked = (path: string, rest: Members = {}): Members => ({ httpGet: { path, port: 15020, ...rest } })
const live = '/app-health/web/livez'

t.test(
  'probes ask the application again',
  restores([
    [
      'over HTTP, with headers and times kept',
      probed(
        {
          [live]: {
            httpGet: { path: '/live', port: 8080, scheme: 'HTTPS', httpHeaders: named('a') },
            timeoutSeconds: 3,
          },
        },
        {
          livenessProbe: {
            ...asked(live, { scheme: 'HTTP', httpHeaders: named('a') }),
            timeoutSeconds: 3,
            periodSeconds: 7,
          },
        },
      ),
      original({
        livenessProbe: {
          httpGet: { path: '/live', port: 8080, scheme: 'HTTPS', httpHeaders: named('a') },
          timeoutSeconds: 3,
          periodSeconds: 7,
        },
      }),
    ],
    [
      'as 1.1 to 1.4 wrote them down',
      probed({ [live]: { port: 80 } }, { livenessProbe: asked(live) }),
      original({ livenessProbe: { httpGet: { port: 80 } } }),
    ],
    [
      'over TCP and gRPC',
      probed(
        {
          [live]: { tcpSocket: { port: 80 } },
          '/app-health/web/readyz': { grpc: { port: 9000, service: 's' } },
        },
        { livenessProbe: asked(live), readinessProbe: asked('/app-health/web/readyz') },
      ),
      original({
        livenessProbe: { tcpSocket: { port: 80 } },
        readinessProbe: { grpc: { port: 9000, service: 's' } },
      }),
    ],
    [
      'at the start, and in hooks of the lifecycle',
      probed(
        {
          '/app-health/web/startupz': { httpGet: { port: 1 } },
          '/app-lifecycle/web/prestopz': { tcpSocket: { port: 2 } },
        },
        {
          startupProbe: asked('/app-health/web/startupz'),
          lifecycle: {
            preStop: asked('/app-lifecycle/web/prestopz'),
            postStart: { exec: { command: ['x'] } },
          },
        },
      ),
      original({
        startupProbe: { httpGet: { port: 1 } },
        lifecycle: { preStop: { tcpSocket: { port: 2 } }, postStart: { exec: { command: ['x'] } } },
      }),
    ],
    [
      'by the name of the port, if it has one that is clear',
      probed(
        { [live]: { httpGet: { port: 8080 } }, '/app-health/web/readyz': { tcpSocket: { port: 53 } } },
        {
          ports: [
            { name: 'http', containerPort: 8080 },
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
            { name: 'dns-tcp', containerPort: 53 },
          ],
          livenessProbe: asked(live),
          readinessProbe: asked('/app-health/web/readyz'),
        },
      ),
      original({
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', containerPort: 53 },
        ],
        livenessProbe: { httpGet: { port: 'http' } },
        readinessProbe: { tcpSocket: { port: 53 } },
      }),
    ],
    [
      'what pilot-agent was not told stays as it is',
      probed({ [live]: null, other: {} }, { livenessProbe: asked(live), readinessProbe: asked('/ready') }),
      original({ livenessProbe: asked(live), readinessProbe: asked('/ready') }),
    ],
    [
      'and so it does where the list is no JSON',
      probed('{', { livenessProbe: asked(live) }),
      original({ livenessProbe: asked(live) }),
    ],
  ]),
)

t.test('of two injections the first knows the probes', (t) => {
  const env = [
    { name: 'ISTIO_KUBE_APP_PROBERS', value: JSON.stringify({ [live]: { httpGet: { port: 1 } } }) },
    { name: 'ISTIO_KUBE_APP_PROBERS', value: JSON.stringify({ [live]: { httpGet: { port: 15020 } } }) },
  ]
  const { pod, changes } = uninject(
    injected({
      containers: [
        { ...web, livenessProbe: asked(live) },
        { ...proxy, env },
      ],
    }),
  )
  t.strictSame(pod, original({ livenessProbe: { httpGet: { port: 1 } } }))
  t.has(changes, [{ action: 'removed', place: 'spec.containers[istio-proxy]' }])
  t.ok(
    changes.some(
      ({ action, place }) => action === 'restored' && place === 'spec.containers[web].livenessProbe',
    ),
  )
  t.end()
})

t.test('what cannot be restored is told', (t) => {
  const { changes } = uninject(probed({}, { livenessProbe: asked(live) }))
  t.same(
    changes.filter(({ action }) => action === 'lost'),
    [{ action: 'lost', place: 'spec.containers[web].livenessProbe' }],
  )
  t.end()
})

const env = (variables: Members): Members => ({
  env: Object.entries(variables).map(([name, value]) => ({ name, value })),
})
const merged = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/path': '/stats/prometheus',
  'prometheus.io/port': '15020',
}
const told = (scrape: string, path: string, port: string): Members =>
  env({ ISTIO_PROMETHEUS_ANNOTATIONS: JSON.stringify({ scrape, path, port }) })

/** A row about annotations: what the pod has, and what it had. */
function annotationRow(name: string, has: Members, had: Members, sidecar: Members = {}): Row {
  const metadata = Object.keys(had).length === 0 ? {} : { annotations: had }
  return [name, injected({}, { annotations: has }, sidecar), { ...plain, metadata }]
}

const redirection = {
  'sidecar.istio.io/interceptionMode': 'REDIRECT',
  'traffic.sidecar.istio.io/includeOutboundIPRanges': '*',
  'traffic.sidecar.istio.io/includeInboundPorts': '80',
  'traffic.sidecar.istio.io/excludeInboundPorts': '15020',
}

const containerKeys = (value: string): Members => ({
  'kubectl.kubernetes.io/default-container': value,
  'kubectl.kubernetes.io/default-logs-container': value,
})

t.test(
  'annotations are what they were',
  restores([
    annotationRow('Prometheus was not asked', merged, {}),
    annotationRow(
      'Prometheus was asked, and the sidecar told',
      merged,
      { 'prometheus.io/port': '80' },
      told('', '', '80'),
    ),
    annotationRow(
      'Prometheus asks the application itself',
      { 'prometheus.io/port': '80' },
      { 'prometheus.io/port': '80' },
    ),
    annotationRow('the revision', { 'istio.io/rev': 'default' }, {}),
    annotationRow('another revision', { 'istio.io/rev': 'canary' }, { 'istio.io/rev': 'canary' }),
    annotationRow('the first container', containerKeys('web'), {}),
    annotationRow('another container', containerKeys('b'), containerKeys('b')),
    annotationRow(
      'one annotation alone is the user’s',
      { 'kubectl.kubernetes.io/default-container': 'web' },
      { 'kubectl.kubernetes.io/default-container': 'web' },
    ),
    annotationRow(
      'that probes stay, for gRPC without Envoy',
      { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
      {},
      env({ ISTIO_META_GENERATOR: 'grpc' }),
    ),
    annotationRow(
      'that probes stay, by the user',
      { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
      { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' },
    ),
    annotationRow('redirection as the user wants it', { ...redirection }, { ...redirection }),
    [
      'redirection by the CNI plugin, which is asked for by annotation',
      {
        metadata: {
          annotations: {
            'sidecar.istio.io/status': status({ initContainers: ['istio-validation'] }),
            ...redirection,
          },
        },
        spec: { containers: [web], initContainers: named('istio-validation') },
      },
      { ...plain, metadata: { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '80' } } },
    ],
    annotationRow('a network of Multus', { 'k8s.v1.cni.cncf.io/networks': 'istio-cni' }, {}),
    annotationRow(
      'one of several',
      { 'k8s.v1.cni.cncf.io/networks': 'a, default/istio-cni' },
      { 'k8s.v1.cni.cncf.io/networks': 'a' },
    ),
    annotationRow(
      'one of several as JSON',
      { 'k8s.v1.cni.cncf.io/networks': '[{"name": "a"}, {"name": "istio-cni", "namespace": "default"}]' },
      { 'k8s.v1.cni.cncf.io/networks': '[{"name": "a"}]' },
    ),
    annotationRow(
      'other networks',
      { 'k8s.v1.cni.cncf.io/networks': 'istio-cni-2' },
      { 'k8s.v1.cni.cncf.io/networks': 'istio-cni-2' },
    ),
    annotationRow(
      'all others',
      { 'sidecar.istio.io/proxyCPU': '1', b: '' },
      { 'sidecar.istio.io/proxyCPU': '1', b: '' },
    ),
  ]),
)

/** A pod of 1.9 or 1.10, whose sidecar knows the annotations that the pod had. */
function recorded(has: Members, had: Members | undefined, metadata: Members = {}): JsonObject {
  const text = had === undefined ? {} : { ISTIO_METAJSON_ANNOTATIONS: `${JSON.stringify(had)}\n` }
  const sidecar = env({ ISTIO_META_POD_PORTS: '[]', PROXY_CONFIG: '{}', ...text })
  return {
    metadata: {
      ...metadata,
      annotations: { 'sidecar.istio.io/status': status({ containers: ['istio-proxy'] }, {}), ...has },
    },
    spec: { containers: [web, { ...proxy, ...sidecar, image: 'proxyv2:1.10.6' }] },
  }
}

const withAnnotations = (annotations: Members): JsonObject => ({ ...plain, metadata: { annotations } })

t.test(
  'up to 1.10 the sidecar was told the annotations',
  restores([
    [
      'those that were',
      recorded({ ...containerKeys('web'), ...merged }, { ...containerKeys('web'), a: 'b' }),
      withAnnotations(containerKeys('web')),
    ],
    [
      'values that were replaced',
      recorded(merged, { 'prometheus.io/scrape': '' }),
      withAnnotations({ 'prometheus.io/scrape': '' }),
    ],
    [
      'redirection that was asked for',
      recorded(
        { 'sidecar.istio.io/interceptionMode': 'REDIRECT' },
        { 'sidecar.istio.io/interceptionMode': 'REDIRECT' },
      ),
      withAnnotations({ 'sidecar.istio.io/interceptionMode': 'REDIRECT' }),
    ],
    [
      'none, where it was not told',
      recorded({ 'sidecar.istio.io/interceptionMode': 'TPROXY' }, undefined),
      plain,
    ],
    [
      'later ones stay',
      recorded({ 'cni.projectcalico.org/podIP': '10.0.0.1' }, {}),
      withAnnotations({ 'cni.projectcalico.org/podIP': '10.0.0.1' }),
    ],
  ]),
)

/** A row about labels. */
function labelRow(name: string, has: Members, had: Members, sidecar: Members = {}): Row {
  const metadata = Object.keys(had).length === 0 ? {} : { labels: had }
  return [name, injected({}, { labels: has }, sidecar), { ...plain, metadata }]
}

const long = 'a'.repeat(62)

t.test(
  'labels are what they were',
  restores([
    labelRow('mutual TLS', { 'security.istio.io/tlsMode': 'istio' }, {}),
    labelRow(
      'none',
      { 'security.istio.io/tlsMode': 'disabled' },
      { 'security.istio.io/tlsMode': 'disabled' },
    ),
    labelRow('a name by label', { app: 'a', 'service.istio.io/canonical-name': 'a' }, { app: 'a' }),
    labelRow(
      'a name of its own',
      { app: 'a', 'service.istio.io/canonical-name': 'b' },
      { app: 'a', 'service.istio.io/canonical-name': 'b' },
    ),
    labelRow(
      'a name by workload',
      { 'service.istio.io/canonical-name': 'w' },
      {},
      env({ ISTIO_META_WORKLOAD_NAME: 'w' }),
    ),
    labelRow(
      'a long name',
      { app: `${long}-bc`, 'service.istio.io/canonical-name': long },
      { app: `${long}-bc` },
    ),
    labelRow('a version', { version: '1', 'service.istio.io/canonical-revision': '1' }, { version: '1' }),
    labelRow('no version', { 'service.istio.io/canonical-revision': 'latest' }, {}),
    labelRow('an empty name counts as none', { app: '', 'service.istio.io/canonical-name': '' }, { app: '' }),
    labelRow('HBONE', { 'networking.istio.io/tunnel': 'http' }, {}, env({ ISTIO_META_ENABLE_HBONE: 'true' })),
    labelRow(
      'the mesh’s network',
      { 'topology.istio.io/network': 'n' },
      {},
      env({ ISTIO_META_NETWORK: 'n', ISTIO_META_CLUSTER_ID: 'c' }),
    ),
    labelRow(
      'the pod’s network',
      { 'topology.istio.io/network': 'n' },
      { 'topology.istio.io/network': 'n' },
      env({ ISTIO_META_NETWORK: 'n', ISTIO_META_CLUSTER_ID: 'Kubernetes' }),
    ),
    labelRow(
      'the revision that chose the injector',
      { 'istio.io/rev': 'default' },
      { 'istio.io/rev': 'default' },
    ),
    [
      'the revision that 1.6 to 1.10 wrote',
      recorded({}, {}, { labels: { 'istio.io/rev': 'default' } }),
      plain,
    ],
  ]),
)

t.test(
  'settings of the whole pod are what they were',
  restores([
    [
      'fsGroup up to 1.14',
      injected({ securityContext: { fsGroup: 1337, runAsUser: 5 } }, {}, { image: 'istio/proxyv2:1.14.6' }),
      { metadata: {}, spec: { containers: [web], securityContext: { runAsUser: 5 } } },
    ],
    [
      'fsGroup alone',
      injected({ securityContext: { fsGroup: 1337 } }, {}, { image: 'istio/proxyv2:1.14.6' }),
      plain,
    ],
    [
      'fsGroup from 1.15 is the user’s',
      injected({ securityContext: { fsGroup: 1337 } }),
      { metadata: {}, spec: { containers: [web], securityContext: { fsGroup: 1337 } } },
    ],
    [
      'another fsGroup',
      injected({ securityContext: { fsGroup: 2000 } }, {}, { image: 'istio/proxyv2:1.14.6' }),
      { metadata: {}, spec: { containers: [web], securityContext: { fsGroup: 2000 } } },
    ],
    [
      'low ports for gateways',
      injected(
        { securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] } },
        {},
        { args: ['proxy', 'router'] },
      ),
      plain,
    ],
    [
      'a dnsConfig from 1.9',
      injected({ dnsConfig: { searches: ['global'] } }),
      { metadata: {}, spec: { containers: [web], dnsConfig: { searches: ['global'] } } },
    ],
  ]),
)

t.test('what is known beside the pod counts', (t) => {
  const pod = injected(
    {},
    {
      annotations: { team: 'mesh', other: 'x' },
      labels: { version: '1', 'service.istio.io/canonical-revision': '1' },
    },
  )
  const selectedLabels = new Set(['service.istio.io/canonical-revision'])
  const injectedAnnotations = new Map([
    ['team', 'mesh'],
    ['other', 'y'],
  ])
  t.strictSame(uninject(pod, { workload: 'w', selectedLabels, injectedAnnotations }).pod, {
    ...plain,
    metadata: {
      annotations: { other: 'x' },
      labels: { version: '1', 'service.istio.io/canonical-revision': '1' },
    },
  })
  t.end()
})

t.test('docs/uninject.md names what cannot be told', (t) => {
  const page = readFileSync(new URL('../../docs/uninject.md', import.meta.url), 'utf8')
  for (const name of ruleNames) t.match(page, `\n### ${name}\n`)
  t.end()
})
