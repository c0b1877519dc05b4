/**
 * How long Istio 1.30's sidecar template takes: `node bench/template.ts`. The functions are stand-ins that do about
 * the work of the real ones; what is measured is the engine.
 */
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import {
  compileTemplate,
  type FunctionMap,
  type GoFunction,
  goKind,
  goMap,
  type GoMethod,
  goNil,
  goScalar,
  goSlice,
  type GoStruct,
  isGoValue,
  isList,
  isPlainMap,
  sprintOne,
  truth,
  type Value,
} from '../src/gotemplate/index.ts'
import { sharedData } from '../test/shared-data.ts'

const rounds = 3000

function measure(text: string, valuesText: string): void {
  const data = templateData(JSON.parse(valuesText))
  const start = performance.now()
  const template = compileTemplate(text, { name: 'inject', functions: standIns })
  const compiled = performance.now() - start
  const output = template.execute(data)
  for (let i = 0; i < rounds; i++) template.execute(data)
  const samples: number[] = []
  for (let i = 0; i < rounds; i++) {
    const before = performance.now()
    template.execute(data)
    samples.push((performance.now() - before) * 1000)
  }
  samples.sort((a, b) => a - b)
  const at = (share: number): string => `${samples[Math.floor(samples.length * share)]?.toFixed(1)} µs`
  console.log(`template ${text.length} bytes, output ${output.length} bytes`)
  console.log(`compile (cold) ${compiled.toFixed(1)} ms`)
  console.log(`execute p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}`)
}

function sidecarTemplate(text: string): string {
  const parsed = load(text)
  const templates: unknown =
    typeof parsed === 'object' && parsed !== null && 'templates' in parsed && parsed.templates
  const sidecar: unknown =
    typeof templates === 'object' && templates !== null && 'sidecar' in templates && templates.sidecar
  return typeof sidecar === 'string' ? sidecar : ''
}

/** A Pod with one container, as Istio's injector would hand it to the template. */
function templateData(parsedValues: Value): Value {
  const labels = goMap(
    'map[string]string',
    new Map([
      ['app', 'hello'],
      ['version', 'v1'],
    ]),
  )
  const annotations = goMap('map[string]string', new Map([['sidecar.istio.io/proxyCPU', '100m']]))
  const port = struct('v1.ContainerPort', { ContainerPort: goScalar('int32', 'int32', 80n) })
  const container = struct('v1.Container', { Name: 'hello', Ports: goSlice('[]v1.ContainerPort', [port]) })
  const nilBool: GoMethod = { params: [], call: () => false }
  const hold = {
    ...goNil('*wrapperspb.BoolValue'),
    method: (name: string) => (name === 'GetValue' ? nilBool : undefined),
  }
  const nilMessage: Value = {
    ...goNil('*v1alpha1.Tracing'),
    method: () => ({ params: [], call: () => nilMessage }),
  }
  const getTracing: GoMethod = { params: [], call: () => nilMessage }
  const modeText: GoMethod = { params: [], call: () => 'REDIRECT' }
  const mode = {
    ...goScalar('int32', 'v1alpha1.ProxyConfig_InboundInterceptionMode', 0n),
    toText: () => 'REDIRECT',
    method: (name: string) => (name === 'String' ? modeText : undefined),
  }
  const proxyConfig = struct(
    '*v1alpha1.ProxyConfig',
    {
      InterceptionMode: mode,
      ProxyMetadata: goMap('map[string]string', new Map([['A', '1']])),
      HoldApplicationUntilProxyStarts: hold,
      StatusPort: goScalar('int32', 'int32', 15020n),
    },
    (name) => (name === 'GetTracing' ? getTracing : undefined),
  )
  return struct('*inject.SidecarTemplateData', {
    TypeMeta: struct('v1.TypeMeta', { Kind: 'Deployment', APIVersion: 'apps/v1' }),
    DeploymentMeta: struct('types.NamespacedName', { Name: 'hello', Namespace: 'default' }),
    ObjectMeta: struct('v1.ObjectMeta', {
      Name: 'hello',
      Namespace: 'default',
      Labels: labels,
      Annotations: annotations,
    }),
    Spec: struct('v1.PodSpec', {
      Containers: goSlice('[]v1.Container', [container]),
      ServiceAccountName: 'default',
      SecurityContext: goNil('*v1.PodSecurityContext'),
      HostNetwork: false,
    }),
    ProxyConfig: proxyConfig,
    MeshConfig: struct('*v1alpha1.MeshConfig', {
      ProxyListenPort: goScalar('int32', 'int32', 15001n),
      ProxyInboundListenPort: goScalar('int32', 'int32', 15006n),
      TrustDomain: 'cluster.local',
    }),
    Values: parsedValues,
    Revision: 'default',
    NativeSidecars: true,
    ProxyImage: 'docker.io/istio/proxyv2:1.30.3',
    ProxyUID: goScalar('int64', 'int64', 1337n),
    ProxyGID: goScalar('int64', 'int64', 1337n),
    InboundTrafficPolicyMode: 'passthrough',
    CompliancePolicy: '',
  })
}

function struct(
  goType: string,
  fields: Readonly<Record<string, Value>>,
  method?: (name: string) => GoMethod | undefined,
): GoStruct {
  const byName = new Map(Object.entries(fields))
  return {
    [goKind]: 'struct',
    goType,
    field: (name) => byName.get(name),
    fieldNames: () => [...byName.keys()],
    ...(method === undefined ? {} : { method }),
  }
}

const strings = 'map[string]string'

/** Functions that do something like what Istio's and Sprig's do. */
const standIns: FunctionMap = new Map([
  ['isset', func([strings, 'any'], (map, key) => has(map, key))],
  [
    'annotation',
    func(['v1.ObjectMeta', 'string', 'any'], (meta, name, fallback) => annotation(meta, name, fallback)),
  ],
  ['default', func(['any', '...any'], (fallback, given) => (truth(given) ? given : fallback))],
  [
    'valueOrDefault',
    func(['any', 'any'], (value, fallback) => (value === '' || value === null ? fallback : value)),
  ],
  ['quote', func(['...any'], (value) => JSON.stringify(sprintOne(value)))],
  ['trunc', func(['int', 'string'], (length, text) => sprintOne(text).slice(0, Number(length)))],
  ['trimSuffix', func(['string', 'string'], (_suffix, text) => text)],
  ['contains', func(['string', 'string'], (needle, text) => sprintOne(text).includes(sprintOne(needle)))],
  ['list', func(['...any'], (...values) => values)],
  ['append', func(['any', 'any'], (list, value) => (isList(list) ? [...list, value] : [value]))],
  [
    'join',
    func(['string', 'any'], (separator, list) =>
      isList(list) ? list.map(sprintOne).join(sprintOne(separator)) : '',
    ),
  ],
  ['toYaml', func(['any'], (value) => yaml(value))],
  ['omitNil', func(['any'], (value) => value)],
  ['indent', func(['int', 'string'], (width, text) => indent(width, text))],
  ['nindent', func(['int', 'string'], (width, text) => `\n${indent(width, text)}`)],
  ['structToJSON', func(['any'], () => '[{"containerPort":80}]')],
  ['protoToJSON', func(['any'], () => '{}')],
  ['toJSON', func([strings], () => '{}')],
  ['toJsonMap', func([`...${strings}`], () => '{}')],
  [
    'strdict',
    func(
      ['...string'],
      (key, value) => goMap(strings, new Map([[sprintOne(key), sprintOne(value)]])),
      strings,
    ),
  ],
  ['omit', func([strings, '...string'], (map) => map, strings)],
  ['mergeMaps', func([`...${strings}`], (map) => map ?? null, strings)],
  ['fromJSON', func(['string'], (text) => JSON.parse(sprintOne(text)))],
  ['excludeInboundPort', func(['any', 'string'], (port, ports) => `${sprintOne(ports)},${sprintOne(port)}`)],
  ['includeInboundPorts', func(['[]v1.Container'], () => '80')],
  ['applicationPorts', func(['[]v1.Container'], () => '80')],
  ['kubevirtInterfaces', func(['string'], (text) => text)],
  ['appendMultusNetwork', func(['string', 'string'], (_existing, network) => network)],
  ['directory', func(['string'], (path) => path)],
  ['toLower', func(['string'], (text) => sprintOne(text).toLowerCase())],
  ['env', func(['string', 'string'], (_name, fallback) => fallback)],
  ['otelResourceAttributes', func(['any', strings, strings, 'string', '[]v1.Container'], () => '')],
  ['formatDuration', func(['any'], () => '45s')],
])

function func(params: readonly string[], call: (...args: Value[]) => Value, result = 'any'): GoFunction {
  return { params, call, result }
}

function has(map: Value, key: Value): boolean {
  return isGoValue(map) && map[goKind] === 'map' && map.get(key) !== undefined
}

function annotation(meta: Value, name: Value, fallback: Value): Value {
  const annotations = isGoValue(meta) && meta[goKind] === 'struct' ? meta.field('Annotations') : null
  const found = isGoValue(annotations) && annotations[goKind] === 'map' ? annotations.get(name) : undefined
  return found ?? sprintOne(fallback)
}

function indent(width: Value, text: Value): string {
  return sprintOne(text).replaceAll('\n', `\n${' '.repeat(Number(width))}`)
}

function yaml(value: Value): string {
  if (!isPlainMap(value)) return sprintOne(value)
  return Object.entries(value)
    .map(([key, entry]) => `${key}: ${yaml(entry)}\n`)
    .join('')
}

const config = sharedData('corpus/configmaps/1.30.3/config')
const values = sharedData('corpus/configmaps/1.30.3/values')
if (config === undefined || values === undefined) console.log('skipped: no shared data (see CONTRIBUTING.md)')
else measure(sidecarTemplate(readFileSync(config, 'utf8')), readFileSync(values, 'utf8'))
