import type { Selection } from '../selection/select.ts'
import type { ExplanationReason } from './explanation.ts'

/** Whom advice is for. */
export interface Advised {
  readonly namespace: string
  /** `Deployment/web`; undefined for a pod that nobody controls. */
  readonly workload: string | undefined
  readonly selections: readonly Selection[]
}

/** What to do about a reason; commands as they can be pasted. Nothing where all is as it should be, or as somebody wants it. */
export function adviceOn(reason: ExplanationReason, advised: Advised): readonly string[] {
  return rows[reason]?.(advised) ?? []
}

const restart = ({ namespace, workload }: Advised): readonly string[] => {
  const [kind = '', name = ''] = workload?.split('/') ?? []
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind))
    return [
      `delete the pod and create it again${workload === undefined ? '' : `; ${workload} makes it anew`}`,
    ]
  return [`kubectl -n ${namespace} rollout restart ${kind.toLowerCase()}/${name}`]
}

/** What has failed for an hour is tried again a quarter of an hour later, whether or not it is mended. */
const retry = (advised: Advised): readonly string[] =>
  restart(advised)
    .filter((line) => line.startsWith('kubectl'))
    .map((line) => `once that is mended: ${line}  # controllers wait longer and longer between tries`)

const optIn =
  'to ask for a sidecar, give the pod template annotation (from Istio 1.12 on better label) sidecar.istio.io/inject: "true"'

const rows: Partial<Record<ExplanationReason, (advised: Advised) => readonly string[]>> = {
  'revision-not-selected': labelling,
  'revision-unknown': () => [
    'kubectl get configmaps -A | grep istio-sidecar-injector  # the revisions that there are',
  ],
  'host-network': () => [
    'a pod on the host network cannot have a sidecar: leave hostNetwork out if it does not need it',
  ],
  'system-namespace': () => ['move the pod to another namespace: nothing is injected in those of Kubernetes'],
  'inject-label': () => ['take label sidecar.istio.io/inject out of the pod template, or set it to "true"'],
  'inject-annotation': () => [
    'take annotation sidecar.istio.io/inject out of the pod template, or set it to "true"',
  ],
  'never-inject-selector': () => [
    'change neverInjectSelector in the injector config, or the labels of the pod template',
  ],
  'policy-disabled': () => [optIn],
  'policy-unknown': () => ['set policy in the injector config to enabled or disabled'],
  'own-sidecar': () => ['give the container istio-proxy another name'],
  'static-pod': () => [
    'write the sidecar into the file on the node: sidecar-injector kube-inject -f POD.yaml',
  ],
  'before-webhook': restart,
  'before-namespace-label': restart,
  'before-settings': restart,
  'template-changed': restart,
  'image-changed': restart,
  'revision-changed': restart,
  'revision-gone': restart,
  'foreign-sidecar': () => [],
  unexplained: (advised) => [...restart(advised), doctor(advised)],
  'webhook-ignored': (advised) => [doctor(advised), ...restart(advised).map((line) => `then ${line}`)],
  'webhook-failed': (advised) => [doctor(advised), ...retry(advised)],
  'not-admitted': (advised) => [doctor(advised), ...retry(advised)],
  'match-condition': ({ selections }) => conditions(selections),
  'condition-failed': ({ selections }) => conditions(selections),
}

function doctor({ namespace }: Advised): string {
  return `sidecar-injector doctor -n ${namespace}`
}

function conditions(selections: readonly Selection[]): readonly string[] {
  return selections
    .filter(({ field }) => field.startsWith('matchConditions'))
    .map(({ entry, field }) => `look at ${field} of webhook ${entry.name} in ${entry.configuration}`)
}

/** The label that the nearest webhook misses, as a command, where one label is all that is missing. */
function labelling({ namespace, selections }: Advised): readonly string[] {
  const lines = selections.flatMap(({ entry, kind }) => {
    if (kind !== 'other-namespaces') return []
    const wanted = /^(?:([^=! ]+)=(.+)|([^=! ]+) in \(([^,)]+)\))$/
    const labels = entry.namespaceSelector.text.split(/,(?![^(]*\))/).map((text) => wanted.exec(text))
    return labels.flatMap((match) => {
      const [key, value] = [match?.[1] ?? match?.[3], match?.[2] ?? match?.[4]]
      return key === undefined || key.startsWith('kubernetes.io/')
        ? []
        : [`kubectl label namespace ${namespace} ${key}=${value}`]
    })
  })
  if (selections.length === 0) return ['install the injector: helm upgrade --install …, see docs/install.md']
  return lines.length === 0 ? [optIn] : [...new Set(lines)].slice(0, 2)
}
