/** Pods, and what is to become of each: the table of reasons.test.ts. */

/** What the injector is to say of a pod. */
export interface Expected {
  /** `left alone`: the API server calls no webhook. */
  readonly outcome: 'injected' | 'skipped' | 'failed' | 'left alone'
  readonly reason: string
  /** The creator is warned, and the owner gets an Event. */
  readonly isTold: boolean
}

export interface Case extends Expected {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: object
}

/** Labelled `istio-injection=enabled`: revision default, which is Istio 1.0.0. */
export const enabled = 'reasons'
/** Without labels: pods choose a revision by theirs. */
export const open = 'reasons-open'

const key = 'sidecar.istio.io/inject'
const outbound = 'traffic.sidecar.istio.io/includeOutboundIPRanges'
const inbound = 'traffic.sidecar.istio.io/includeInboundPorts'
const app = { name: 'app', image: 'app:1' }
const hostNetwork = { hostNetwork: true }
const ownSidecar = { containers: [app, { name: 'istio-proxy', image: 'own:1' }] }

interface Row {
  readonly rev?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: object
}

type Table = readonly (readonly [pod: Row, outcome: Expected['outcome'], reason: string, told?: 'told'])[]

const ofDefault: Table = [
  [{}, 'injected', 'policy-enabled'],
  [{ labels: { app: 'web' } }, 'injected', 'policy-enabled'],
  [{ annotations: { [key]: '' } }, 'injected', 'policy-enabled'],
  [{ annotations: { [key]: 'true' } }, 'injected', 'inject-annotation'],
  [{ annotations: { [key]: 'yes' } }, 'injected', 'inject-annotation'],
  [{ annotations: { [key]: 'on' } }, 'injected', 'inject-annotation'],
  [{ annotations: { [key]: 'false' } }, 'skipped', 'inject-annotation'],
  [{ annotations: { [key]: 'no' } }, 'skipped', 'inject-annotation'],
  [{ annotations: { [key]: 'OFF' } }, 'skipped', 'inject-annotation'],
  [{ annotations: { [key]: 'maybe' } }, 'skipped', 'inject-annotation', 'told'],
  [{ annotations: { [key]: 'enabled' } }, 'skipped', 'inject-annotation', 'told'],
  [{ labels: { [key]: 'true' }, annotations: { [key]: 'false' } }, 'skipped', 'inject-annotation'],
  [{ labels: { [key]: 'false' } }, 'left alone', 'revision-not-selected'],
  [{ labels: { [key]: 'false' }, annotations: { [key]: 'true' } }, 'left alone', 'revision-not-selected'],
  [{ spec: hostNetwork }, 'skipped', 'host-network'],
  [{ spec: hostNetwork, annotations: { [key]: 'false' } }, 'skipped', 'host-network'],
  [{ spec: hostNetwork, annotations: { [key]: 'true' } }, 'skipped', 'host-network', 'told'],
  [{ spec: hostNetwork, labels: { [key]: 'true' } }, 'skipped', 'host-network', 'told'],
  [{ spec: ownSidecar }, 'skipped', 'own-sidecar', 'told'],
  [{ spec: ownSidecar, annotations: { [key]: 'false' } }, 'skipped', 'inject-annotation'],
  [{ annotations: { [outbound]: '10.0.0.0/8' } }, 'injected', 'policy-enabled'],
  [{ annotations: { [outbound]: '10.0.0.0/33' } }, 'failed', 'annotation-invalid', 'told'],
  [{ annotations: { [outbound]: 'everything' } }, 'failed', 'annotation-invalid', 'told'],
  [{ annotations: { [inbound]: '80,http' } }, 'failed', 'annotation-invalid', 'told'],
  [{ annotations: { [inbound]: '80,http', [key]: 'false' } }, 'skipped', 'inject-annotation'],
]

const ofOpen: Table = [
  [{}, 'left alone', 'revision-not-selected'],
  [{ annotations: { [key]: 'true' } }, 'left alone', 'revision-not-selected'],
  [{ labels: { [key]: 'true' } }, 'injected', 'policy-enabled'],
  [{ labels: { [key]: 'true' }, spec: hostNetwork }, 'skipped', 'host-network', 'told'],
  // Policy disabled: whoever wants a sidecar asks for it.
  [{ rev: 'optin' }, 'skipped', 'policy-disabled'],
  [{ rev: 'optin', labels: { [key]: 'true' } }, 'injected', 'inject-label'],
  [{ rev: 'optin', annotations: { [key]: 'true' } }, 'injected', 'inject-annotation'],
  [{ rev: 'optin', annotations: { [key]: 'maybe' } }, 'skipped', 'policy-disabled'],
  [{ rev: 'optin', labels: { [key]: 'false' } }, 'left alone', 'revision-not-selected'],
  [{ rev: 'optin', spec: hostNetwork }, 'skipped', 'host-network', 'told'],
  // A policy that is none.
  [{ rev: 'typo' }, 'skipped', 'policy-unknown', 'told'],
  [{ rev: 'typo', annotations: { [key]: 'true' } }, 'skipped', 'policy-unknown', 'told'],
  // Selectors of the config.
  [{ rev: 'select' }, 'skipped', 'policy-disabled'],
  [{ rev: 'select', labels: { batch: 'yes' } }, 'skipped', 'never-inject-selector'],
  [{ rev: 'select', labels: { must: 'yes' } }, 'injected', 'always-inject-selector'],
  [{ rev: 'select', labels: { must: 'yes', batch: 'yes' } }, 'skipped', 'never-inject-selector'],
  [
    { rev: 'select', labels: { must: 'yes' }, annotations: { [key]: 'false' } },
    'skipped',
    'inject-annotation',
  ],
  // Templates that fail, and one that makes no pod.
  [{ rev: 'broken' }, 'failed', 'template-failed', 'told'],
  [{ rev: 'broken', annotations: { [key]: 'false' } }, 'skipped', 'inject-annotation'],
  [{ rev: 'nonsense' }, 'failed', 'overlay-invalid', 'told'],
  // A webhook whose revision is gone.
  [{ rev: 'gone' }, 'skipped', 'revision-unknown', 'told'],
  [{ rev: 'gone', spec: hostNetwork }, 'skipped', 'revision-unknown', 'told'],
  // The newest release.
  [{ rev: '1-30' }, 'injected', 'policy-enabled'],
  [{ rev: '1-30', labels: { [key]: 'true' } }, 'injected', 'inject-label'],
  [{ rev: '1-30', annotations: { [key]: 'false' } }, 'skipped', 'inject-annotation'],
  [{ rev: '1-30', labels: { [key]: 'maybe' } }, 'injected', 'policy-enabled'],
  [{ rev: '1-30', spec: hostNetwork }, 'skipped', 'host-network', 'told'],
  [{ rev: '1-30', annotations: { [outbound]: 'x' } }, 'failed', 'annotation-invalid', 'told'],
  [
    { rev: '1-30', annotations: { 'inject.istio.io/templates': 'nobody' } },
    'failed',
    'annotation-invalid',
    'told',
  ],
]

export const cases: readonly Case[] = [...casesOf(enabled, ofDefault), ...casesOf(open, ofOpen)]

function casesOf(namespace: string, table: Table): Case[] {
  return table.map(([{ rev, labels = {}, annotations = {}, spec = {} }, outcome, reason, told], index) => ({
    name: `${namespace}-${index}-${reason}`,
    namespace,
    labels: { ...labels, ...(rev === undefined ? {} : { 'istio.io/rev': rev }) },
    annotations,
    spec: { containers: [app], ...spec },
    outcome,
    reason,
    isTold: told !== undefined,
  }))
}

/** The pod of a case, as a user would create it. */
export function podOf({ name, namespace, labels, annotations, spec }: Case) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, annotations }, spec }
}

function template(text: string): string {
  return `defaultTemplates: [sidecar]\ntemplates:\n  sidecar: |\n    ${text}\n`
}

/** ConfigMaps of revisions that are only there for their reasons. */
export function revisionObjects(): readonly object[] {
  const sidecar = template('spec: {containers: [{name: istio-proxy, image: "proxy:1"}]}')
  const select =
    'neverInjectSelector: [{matchLabels: {batch: "yes"}}]\nalwaysInjectSelector: [{matchLabels: {must: "yes"}}]\n'
  const configs: Readonly<Record<string, string>> = {
    optin: `policy: disabled\n${sidecar}`,
    typo: `policy: enable\n${sidecar}`,
    select: `policy: disabled\n${select}${sidecar}`,
    broken: `policy: enabled\n${template('{{ fail "no sidecar today" }}')}`,
    nonsense: `policy: enabled\n${template('spec: {containers: none}')}`,
  }
  return Object.entries(configs).flatMap(([revision, config]) => [
    configMap(`istio-sidecar-injector-${revision}`, { config, values: '{"global":{"tag":"1.30.3"}}' }),
    configMap(`istio-${revision}`, { mesh: '{}' }),
  ])
}

function configMap(name: string, data: object): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data }
}

/** The revisions that get webhooks. */
export const revisions = ['default', '1-30', 'optin', 'typo', 'select', 'broken', 'nonsense', 'gone'] as const
