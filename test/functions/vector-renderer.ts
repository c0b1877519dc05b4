import { randomBytes } from 'node:crypto'
import { istioFunctions } from '../../src/functions/istio/index.ts'
import { sprigFunctions } from '../../src/functions/sprig/index.ts'
import { compileTemplate, goScalar, TemplateError, type Value } from '../../src/gotemplate/index.ts'
import { read } from '../../src/goyaml/index.ts'
import { RecordView } from '../../src/injection/record-view.ts'
import { meshConfigDefaults, proxyConfigDefaults } from '../../src/istio/mesh-defaults.ts'
import {
  meshConfigType,
  messageView,
  objectMetaType,
  podSpecType,
  proxyConfigType,
  structView,
  type JsonObject,
} from '../../src/schema/index.ts'

/** A small template, and what Istio 1.30.3 made of it. */
export interface TemplateVector {
  readonly template: string
  readonly output: string
  readonly error?: string
}

/** What the templates of the vectors see. */
export interface VectorData {
  readonly DeploymentMeta: { readonly Namespace: string; readonly Name: string }
  readonly ObjectMeta: JsonObject
  readonly ProxyConfigEffective: JsonObject
  readonly Spec: JsonObject
  readonly TypeMeta: { readonly kind: string; readonly apiVersion: string }
  readonly valuesYAML: string
}

const release = { major: 1, minor: 30, patch: 3 }

const functions = new Map([
  ...sprigFunctions({ now: () => 1_790_000_000_000_000_000n, random: randomBytes, environment: new Map() }),
  ...istioFunctions({
    noDuration: '0s',
    foldsLines: true,
    countsAllPorts: false,
    multusNamespaces: true,
    proxyConfigType: proxyConfigType(release.minor),
    builtInProxyConfig: proxyConfigDefaults(release),
    environment: new Map(),
  }),
])

/** Renders templates over that data: the result in the form of the vectors. */
export function vectorRenderer(
  data: VectorData,
): (template: string) => Pick<TemplateVector, 'output' | 'error'> {
  const value = templateData(data)
  return (template) => {
    try {
      return { output: compileTemplate(template, { name: 'inject', functions }).execute(value) }
    } catch (error) {
      if (error instanceof TemplateError) return { output: '', error: error.message }
      throw error
    }
  }
}

/** What Istio calls SidecarTemplateData. */
function templateData(data: VectorData): Value {
  const { kind, apiVersion } = data.TypeMeta
  const { Namespace, Name } = data.DeploymentMeta
  const user = goScalar('int64', 'int64', 1337n)
  return new RecordView('*inject.SidecarTemplateData', {
    TypeMeta: new RecordView('v1.TypeMeta', { Kind: kind, APIVersion: apiVersion }),
    DeploymentMeta: new RecordView('types.NamespacedName', { Namespace, Name }, `${Namespace}/${Name}`),
    ObjectMeta: structView(objectMetaType, data.ObjectMeta),
    Spec: structView(podSpecType, data.Spec),
    ProxyConfig: messageView(proxyConfigType(release.minor), data.ProxyConfigEffective),
    MeshConfig: messageView(meshConfigType(release.minor), meshConfigDefaults(release)),
    Values: read(data.valuesYAML),
    Revision: '',
    NativeSidecars: true,
    ProxyImage: 'hub/proxyv2:tag',
    ProxyUID: user,
    ProxyGID: user,
    InboundTrafficPolicyMode: 'passthrough',
    CompliancePolicy: '',
  })
}
