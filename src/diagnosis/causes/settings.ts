import { objectAt, textAt } from '../../cluster/objects.ts'
import type { JsonObject } from '../../golang/json-value.ts'
import type { Facts } from '../facts.ts'
import { certain, type Cause, type Found } from '../finding.ts'
import { valueOf } from '../observations.ts'
import { flagOf } from '../workload.ts'

const injector = 'istio-sidecar-injector'
const mesh = 'istio'

/** Causes in Istio's ConfigMaps. */
export const settingsCauses: readonly Cause[] = [
  {
    id: 'config-map-missing',
    summary:
      'ConfigMap istio-sidecar-injector (or istio) is not there, as after Istio 1.0.0 was installed with its webhook disabled',
    by: "the ConfigMaps of Istio's namespace, as the injector's flags name them",
    find: (facts) => {
      const missing = missingMaps(facts)
      if (missing.length === 0) return undefined
      const has = (valueOf(facts.seen.configMaps) ?? []).map(nameOf).filter((name) => name.startsWith(mesh))
      const title = `ConfigMap ${missing.join(', ')} is not in namespace ${facts.istioNamespace}`
      return certain(
        title,
        has.length > 0
          ? `there is ${has.join(', ')}`
          : `there is no ConfigMap of Istio in ${facts.istioNamespace}`,
        ...(has.includes(mesh) && missing.includes(injector)
          ? ['Istio 1.0.0 makes it together with its webhook only (sidecarInjectorWebhook.enabled)']
          : []),
      )
    },
    consequences: ['no-endpoints', 'port-closed', 'canary-skipped'],
    remedy: ({ istioNamespace }) => [
      `Render it from the chart of your release, e.g. of Istio 1.0.0 (docs/empty-config.md), and apply it:`,
      `    helm template install/kubernetes/helm/istio --name istio --namespace ${istioNamespace} -x templates/sidecar-injector-configmap.yaml | kubectl -n ${istioNamespace} apply -f -`,
      'Is Istio in another namespace? Tell the injector (value istio.namespace), and doctor (-i).',
    ],
  },
  {
    id: 'config-map-empty',
    summary: 'a ConfigMap of Istio has nothing under the key that is read',
    by: 'the keys of the ConfigMaps',
    find: (facts) => emptyKey(facts),
    consequences: ['no-endpoints', 'port-closed', 'canary-skipped'],
    remedy: ({ istioNamespace }) => [
      'Fill it from the chart of your release (docs/empty-config.md):',
      `    kubectl -n ${istioNamespace} get configmap ${injector} -o yaml`,
    ],
  },
  {
    id: 'settings-refused',
    summary: "Istio's ConfigMaps cannot be used: a template or a value in them is wrong",
    by: 'Event `SettingsRefused` on the ConfigMap as it is now',
    find: ({ seen, istioNamespace }) => {
      const maps = valueOf(seen.configMaps) ?? []
      const event = (valueOf(seen.events) ?? []).find((each) => {
        const about = objectAt(each, 'involvedObject')
        const map = maps.find((map) => nameOf(map) === textAt(about, 'name'))
        return (
          textAt(each, 'reason') === 'SettingsRefused' &&
          map !== undefined &&
          textAt(map['metadata'], 'resourceVersion') === textAt(about, 'resourceVersion')
        )
      })
      if (event === undefined) return undefined
      const name = textAt(event['involvedObject'], 'name') ?? ''
      return certain(
        `ConfigMap ${istioNamespace}/${name} cannot be used`,
        `an Event says: ${textAt(event, 'message')}`,
      )
    },
    consequences: ['no-endpoints', 'port-closed'],
    remedy: ({ istioNamespace }) => [
      'Mend the template or the value that the Event names, or go back to what was there before:',
      `    kubectl -n ${istioNamespace} get events --field-selector reason=SettingsRefused`,
    ],
  },
]

function nameOf(object: JsonObject): string {
  return textAt(object['metadata'], 'name') ?? ''
}

/** The names that should be there and are not. Nothing is said of injectors that read files. */
function missingMaps(facts: Facts): readonly string[] {
  const maps = valueOf(facts.seen.configMaps)
  if (maps === undefined || facts.target === undefined || readsFiles(facts) || isServed(facts)) return []
  const names = new Set(maps.map(nameOf))
  const { pods } = facts
  const revision = flagOf(pods, 'revision')
  const suffix = revision === undefined || revision === 'default' ? '' : `-${revision}`
  const named = flagOf(pods, 'injectConfigMapName') ?? (suffix === '' ? undefined : `${injector}${suffix}`)
  const present =
    named === undefined ? [...names].filter(isInjector) : [named].filter((name) => names.has(name))
  if (present.length === 0) return [named ?? injector]
  const wanted = flagOf(pods, 'meshConfigMapName') ?? `${mesh}${(present[0] ?? '').slice(injector.length)}`
  return present.length > 1 || names.has(wanted) ? [] : [wanted]
}

function isInjector(name: string): boolean {
  return name === injector || name.startsWith(`${injector}-`)
}

/** Without `--istioNamespace` our server serves files; Istio's own reads ConfigMaps that are mounted. */
function readsFiles({ target, pods, seen }: Facts): boolean {
  if (seen.asked.istioNamespace !== undefined || target?.owner === 'istio') return false
  return pods.length > 0 && flagOf(pods, 'istioNamespace') === undefined
}

/** Istio's own control plane has what it needs from wherever it is kept, if it injects. */
function isServed({ target, worked }: Facts): boolean {
  return target?.owner === 'istio' && worked
}

/** The collector has put lengths in place of values. */
function emptyKey({ seen, istioNamespace }: Facts): Found | undefined {
  const maps = valueOf(seen.configMaps) ?? []
  const suffixes = maps
    .map(nameOf)
    .filter(isInjector)
    .map((name) => name.slice(injector.length))
  for (const map of maps) {
    const name = nameOf(map)
    const isMesh = suffixes.some((suffix) => name === `${mesh}${suffix}`)
    const key = isInjector(name) ? 'config' : isMesh ? 'mesh' : undefined
    if (key === undefined) continue
    const data = objectAt(map, 'data')
    const length = data[key]
    if (typeof length === 'number' && length > 0) continue
    const has = Object.keys(data).join(', ') || 'no keys'
    return certain(`ConfigMap ${istioNamespace}/${name} has nothing under the key ${key}`, `it has ${has}`)
  }
  return undefined
}
