import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileTemplate, goKind, isGoValue, type GoStruct, type Value } from '../../src/gotemplate/index.ts'
import {
  isJsonView,
  messageView,
  meshConfigType,
  objectMetaType,
  podSpecType,
  proxyConfigType,
  structNamed,
  structView,
  type Json,
  type JsonObject,
} from '../../src/schema/index.ts'
import type { MessageView } from '../../src/schema/message-view.ts'
import type { StructView } from '../../src/schema/struct-view.ts'
import type { ViewValue } from '../../src/schema/view.ts'
import { sharedData } from '../shared-data.ts'

/** Views are the engine's values by their shape alone; this compiles or it does not. */
const views: (view: ViewValue | StructView | MessageView) => Value = (view) => view

/** Renders a template on a struct that has these fields, as the injector's data is one. */
function render(text: string, fields: Readonly<Record<string, Value>>): string {
  const data: GoStruct = {
    [goKind]: 'struct',
    goType: 'inject.SidecarTemplateData',
    field: (name) => fields[name],
    fieldNames: () => Object.keys(fields),
  }
  return compileTemplate(text, { name: 'inject', functions: new Map() }).execute(data)
}

interface Vector {
  readonly template: string
  readonly output: string
  readonly error?: string
}

t.test("templates over a pod and its mesh, as Istio's own injector rendered them", async (t) => {
  const file = sharedData('vectors/go-template-vectors.json')
  const dataFile = sharedData('vectors/go-template-vectors.data.json')
  if (file === undefined || dataFile === undefined) return t.comment('skipped: the shared data is missing')
  const data: Record<'ObjectMeta' | 'Spec' | 'ProxyConfigEffective', JsonObject> = JSON.parse(
    readFileSync(dataFile, 'utf8'),
  )
  const mesh = {
    proxyListenPort: 15001,
    trustDomain: 'cluster.local',
    enableTracing: true,
    enablePrometheusMerge: true,
  }
  const fields = {
    ObjectMeta: views(structView(objectMetaType, data.ObjectMeta)),
    Spec: views(structView(podSpecType, data.Spec)),
    ProxyConfig: views(messageView(proxyConfigType(30), data.ProxyConfigEffective)),
    MeshConfig: views(messageView(meshConfigType(30), mesh)),
  }
  const vectors: Vector[] = JSON.parse(readFileSync(file, 'utf8'))
  const about = vectors.filter(({ template }) =>
    /\.(Spec|ObjectMeta|ProxyConfig|MeshConfig)\b/.test(template),
  )
  const own = about.filter(
    ({ template }) =>
      !/(\.Values|annotation|isset|Json|JSON|toYaml|formatDuration|Ports|omit|mergeMaps|otel)/.test(template),
  )
  t.ok(own.length >= 38)
  for (const { template, output, error } of own) {
    if (error === undefined) t.equal(render(template, fields), output, template)
    else t.throws(() => render(template, fields), { message: error }, template)
  }
})

const pod: Json = {
  kind: 'Pod',
  metadata: { name: 'p', creationTimestamp: '2026-11-24T05:38:00.25+01:00', labels: { b: '1', a: '' } },
  spec: {
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'None',
    hostNetwork: true,
    containers: [
      {
        name: 'app',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        resources: { limits: { cpu: '1.5', memory: '128Mi' } },
        livenessProbe: { httpGet: { port: 'http' }, periodSeconds: 3 },
        readinessProbe: { tcpSocket: { port: 8080 } },
        restartPolicy: 'Always',
      },
    ],
    volumes: [{ name: 'v', emptyDir: { sizeLimit: '1024Mi' } }],
  },
}

// template on the pod, output or the end of the error
const renderings: readonly (readonly [string, string])[] = [
  ['{{ .Pod.Kind }} {{ .Pod.TypeMeta.Kind }} {{ .Meta.Name }} {{ .Meta.GetName }}', 'Pod Pod p p'],
  ['{{ .Pod.APIVersion }}|{{ .Meta.Namespace }}|{{ .Pod.Spec.NodeName }}', '||'],
  ['{{ .Meta.CreationTimestamp }}', '2026-11-24 04:38:00.25 +0000 UTC'],
  ['{{ .Meta.CreationTimestamp.IsZero }} {{ .Meta.CreationTimestamp.Unix }}', 'false 1795495080'],
  ['{{ .Meta.DeletionTimestamp }}', '<nil>'],
  ['{{ .Meta.Labels }} {{ len .Meta.Labels }} {{ len .Meta.Annotations }}', 'map[a: b:1] 2 0'],
  ['{{ index .Meta.Labels "b" }}{{ index .Meta.Labels "nope" }}{{ index .Meta.Annotations "nope" }}|', '1|'],
  ['{{ range $k, $v := .Meta.Labels }}{{ $k }}={{ $v }};{{ end }}', 'a=;b=1;'],
  ['{{ if .Meta.Annotations }}y{{ else }}n{{ end }}', 'n'],
  ['{{ .Pod.Spec.TerminationGracePeriodSeconds }} {{ .Pod.Spec.ActiveDeadlineSeconds }}', '30 <nil>'],
  ['{{ if .Pod.Spec.AutomountServiceAccountToken }}y{{ else }}n{{ end }}', 'n'],
  [
    '{{ .Pod.Spec.DNSPolicy }} {{ eq .Pod.Spec.DNSPolicy "None" }} {{ .Pod.Spec.HostNetwork }}',
    'None true true',
  ],
  ['{{ .Pod.Spec.SecurityContext }} {{ if .Pod.Spec.SecurityContext }}y{{ else }}n{{ end }}', 'nil n'],
  [
    '{{ with index .Pod.Spec.Containers 0 }}{{ (index .Ports 0).ContainerPort }}{{ (index .Ports 0).Protocol }}{{ end }}',
    '80TCP',
  ],
  [
    '{{ with index .Pod.Spec.Containers 0 }}{{ .LivenessProbe.HTTPGet.Port }} {{ .LivenessProbe.PeriodSeconds }}{{ end }}',
    'http 3',
  ],
  [
    '{{ with index .Pod.Spec.Containers 0 }}{{ .ReadinessProbe.ProbeHandler.TCPSocket.Port }}{{ end }}',
    '8080',
  ],
  ['{{ with index .Pod.Spec.Containers 0 }}{{ .ReadinessProbe.TCPSocket.Port.IntValue }}{{ end }}', '8080'],
  ['{{ with index .Pod.Spec.Containers 0 }}{{ .RestartPolicy }} {{ .Lifecycle }}{{ end }}', 'Always nil'],
  [
    '{{ (index .Pod.Spec.Containers 0).Resources }}',
    '&ResourceRequirements{Limits:ResourceList{cpu: {{15 -1} {<nil>}  DecimalSI},memory: {{134217728 0} {<nil>}  BinarySI},},' +
      'Requests:ResourceList{},Claims:[]ResourceClaim{},}',
  ],
  [
    '{{ (index .Pod.Spec.Containers 0).Resources.Limits }}',
    'map[cpu:{{15 -1} {<nil>}  DecimalSI} memory:{{134217728 0} {<nil>}  BinarySI}]',
  ],
  ['{{ (index .Pod.Spec.Volumes 0).EmptyDir.SizeLimit }}', '1Gi'],
  ['{{ (index .Pod.Spec.Volumes 0).EmptyDir }}', '&EmptyDirVolumeSource{Medium:,SizeLimit:1Gi,Mode:nil,}'],
  ['{{ .Pod.Spec.Containers.Name }}', "can't evaluate field Name in type []v1.Container"],
  ['{{ .Pod.Spec.SecurityContext.RunAsUser }}', 'nil pointer evaluating *v1.PodSecurityContext.RunAsUser'],
  ['{{ .Pod.Spec.containers }}', "can't evaluate field containers in type v1.PodSpec"],
]

t.test('a pod shows the Go world', async (t) => {
  const view = structView(structNamed('v1.Pod'), pod)
  const fields = { Pod: views(view), Meta: views(view.field('ObjectMeta')) }
  for (const [text, output] of renderings) t.equal(rendered(text, fields), output, text)
})

/** The output, or what an error says after naming the place. */
function rendered(text: string, fields: Readonly<Record<string, Value>>): string {
  try {
    return render(text, fields)
  } catch (error) {
    return error instanceof Error ? (error.message.split('>: ').at(-1) ?? '') : ''
  }
}

// minor, template on a ProxyConfig, output or the end of the error
const messageRenderings: readonly (readonly [number, string, string])[] = [
  [5, '{{ .P.Concurrency }} {{ .P.DrainDuration }} {{ .P.ServiceCluster }}', '2 45s istio-proxy'],
  [13, '{{ .P.Concurrency }} {{ .P.DrainDuration }}', '&Int32Value{Value:2,XXX_unrecognized:[],} 45s'],
  [14, '{{ .P.Concurrency }} {{ .P.DrainDuration }}', 'value:2 seconds:45'],
  [
    13,
    '{{ .P.HoldApplicationUntilProxyStarts }} {{ .P.TerminationDrainDuration }}',
    'nil (duration: nil Duration)',
  ],
  [14, '{{ .P.HoldApplicationUntilProxyStarts }} {{ .P.TerminationDrainDuration }}', '<nil> <nil>'],
  [
    14,
    '{{ .P.HoldApplicationUntilProxyStarts.GetValue }} {{ .P.TerminationDrainDuration.GetSeconds }}',
    'false 0',
  ],
  [12, '{{ .P.ServiceCluster }} {{ .P.GetServiceCluster }}', 'istio-proxy istio-proxy'],
  [13, '{{ .P.ServiceCluster }}', "can't evaluate field ServiceCluster in type *v1alpha1.ProxyConfig"],
  [30, '{{ .P.GetServiceCluster }} {{ .P.GetTracing.GetZipkin.GetAddress }}|', 'istio-proxy |'],
  [30, '{{ .P.GetTracing.GetTlsSettings.GetCaCertificates }}|{{ .P.GetTracing.GetCustomTags }}', '|map[]'],
  [30, '{{ .P.Tracing.TlsSettings }}', 'nil pointer evaluating *v1alpha1.Tracing.TlsSettings'],
  [
    30,
    '{{ .P.InterceptionMode }} {{ .P.InterceptionMode.String }} {{ printf "%d" .P.InterceptionMode }}',
    'TPROXY TPROXY 1',
  ],
  [30, '{{ if .P.ControlPlaneAuthPolicy }}y{{ else }}n{{ end }} {{ .P.ControlPlaneAuthPolicy }}', 'n NONE'],
  [
    30,
    '{{ .P.ProxyMetadata.A }} {{ .P.ExtraStatTags }} {{ .P.StatusPort }} {{ .P.ConfigPath }}|',
    'b [] 0 |',
  ],
  [30, '{{ .P.DrainDuration.Seconds }} {{ .P.DrainDuration.GetNanos }}', '45 0'],
]

t.test('a message shows what its release shows', async (t) => {
  const message = {
    concurrency: 2,
    drainDuration: '45s',
    serviceCluster: 'istio-proxy',
    interceptionMode: 'TPROXY',
    proxyMetadata: { A: 'b' },
  }
  for (const [minor, text, output] of messageRenderings) {
    t.equal(
      rendered(text, { P: views(messageView(proxyConfigType(minor), message)) }),
      output,
      `1.${minor}: ${text}`,
    )
  }
})

t.test('a message prints as its text form', async (t) => {
  const view = messageView(proxyConfigType(30), {
    configPath: '/a"b',
    drainDuration: '1.5s',
    concurrency: 0,
    interceptionMode: 'NONE',
    tracing: { zipkin: { address: 'z:1' }, customTags: { a: { literal: { value: 'x' } } } },
    proxyMetadata: { B: '2', A: '1' },
    extraStatTags: ['x', 'y'],
  })
  t.equal(
    view.toText(),
    'config_path:"/a\\"b" drain_duration:{seconds:1 nanos:500000000} concurrency:{} interception_mode:NONE ' +
      'tracing:{zipkin:{address:"z:1"} custom_tags:{key:"a" value:{literal:{value:"x"}}}} ' +
      'proxy_metadata:{key:"A" value:"1"} proxy_metadata:{key:"B" value:"2"} extra_stat_tags:"x" extra_stat_tags:"y"',
  )
})

t.test('up to 1.13 a message prints as gogo has it', async (t) => {
  const config = {
    configPath: 'é"\u2028',
    drainDuration: '1.5s',
    concurrency: 0,
    tracing: { customTags: { a: { literal: { value: 'x' } } } },
    proxyMetadata: { A: '1' },
  }
  t.equal(
    messageView(proxyConfigType(12), config).toText(),
    String.raw`config_path:"\303\251\"\342\200\250" drain_duration:<seconds:1 nanos:500000000 > concurrency:<> ` +
      'tracing:<custom_tags:<key:"a" value:<literal:<value:"x" > > > > proxy_metadata:<key:"A" value:"1" > ',
  )
  t.match(messageView(proxyConfigType(14), config).toText(), 'config_path:"é\\"\u2028" ')
})

t.test('views know their JSON', async (t) => {
  const spec = structView(podSpecType, {
    containers: [{ name: 'a', ports: [{ protocol: 'TCP', containerPort: 80 }] }],
  })
  const containers = spec.field('Containers')
  t.ok(typeof containers === 'object' && containers !== null && isJsonView(containers))
  if (typeof containers !== 'object' || containers === null || !isJsonView(containers)) return
  t.equal(
    containers.marshalJson(),
    '[{"name":"a","ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{}}]',
  )
  t.equal(spec.field('Containers'), containers, 'made once')
  t.same(containers.plain(), [{ name: 'a', ports: [{ protocol: 'TCP', containerPort: 80 }] }])
  const nodeSelector = spec.field('NodeSelector')
  t.ok(isGoValue(views(nodeSelector)))
  t.equal(
    typeof nodeSelector === 'object' &&
      nodeSelector !== null &&
      isJsonView(nodeSelector) &&
      nodeSelector.marshalJson(),
    'null',
  )
})
