import type { Comparable } from './stored.ts'

/** Members that the API server adds to ports and probes before a webhook sees them, and with them whoever prints the pod. */
const added: Readonly<Record<string, unknown>> = {
  protocol: 'TCP',
  scheme: 'HTTP',
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
  // Of a gRPC probe.
  service: '',
}

/** Of the injector's own set-up, not of its release: the answers up to 1.8 were made by one without a revision. */
const ownName = 'istio.io/rev'

/**
 * Without what differs between a pod that an API server has passed on and one that was given to an injector by hand:
 * defaults, in the texts of JSON that templates make of ports and probes.
 */
export function withoutUnsaid(pod: Comparable): unknown {
  const { [ownName]: _label, ...labels } = pod.labels
  const { [ownName]: _annotation, ...annotations } = pod.annotations
  return stripped({ labels, annotations, spec: pod.spec })
}

function stripped(value: unknown): unknown {
  if (typeof value === 'string') return strippedText(value)
  if (Array.isArray(value)) return value.map(stripped)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([name, member]) => member !== null && added[name] !== member)
  return Object.fromEntries(members.map(([name, member]) => [name, stripped(member)]))
}

function strippedText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return stripped(JSON.parse(text))
  } catch {
    return text
  }
}
