import { sumUp } from '../../src/coverage/coverage-of.ts'
import type { Coverage, CoverageReason, CoverageState, PodCoverage } from '../../src/coverage/types.ts'
import { readNamespace } from '../../src/selection/namespace.ts'

/** What pods may be, with a sentence, and how many of a thousand are. */
const kinds: readonly (readonly [CoverageState, CoverageReason, message: string, share: number])[] = [
  ['injected', 'current', 'the sidecar is as it would be made now', 760],
  ['outdated', 'image-changed', 'the sidecar is 1.29.2, and would be 1.30.3 now', 60],
  ['outdated', 'revision-changed', 'the sidecar is of revision 1-29, and would be of 1-30 now', 30],
  ['not-injected', 'host-network', 'spec.hostNetwork is true', 50],
  ['not-injected', 'before-namespace-label', 'the pod is older than the label of its namespace', 50],
  ['not-injected', 'inject-label', 'label sidecar.istio.io/inject is "false"', 35],
  ['not-injected', 'webhook-ignored', 'webhook selects the pod, so its call has probably failed', 15],
]

const words = [
  'shop',
  'cart',
  'pay',
  'mail',
  'search',
  'stock',
  'users',
  'media',
  'maps',
  'chat',
  'ads',
  'data',
  'edge',
  'auth',
]
const parts = ['prod', 'stage', 'dev', 'eu', 'us', 'batch', 'api', 'web']

/** The same numbers each time (xorshift). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** A cluster with so many pods, of which some namespaces have many and most have few, as it is in life. */
export function madeCluster(namespaces: number, pods: number, seed = 7): Coverage {
  const random = numbers(seed)
  const names = Array.from({ length: namespaces }, (_, index) => nameOf(index))
  const weights = names.map(() => 0.15 + random() ** 5 * 6)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const all: PodCoverage[] = []
  for (const [index, name] of names.entries()) {
    const rest = names.length - index - 1
    const share =
      index === names.length - 1 ? pods - all.length : Math.round((pods * (weights[index] ?? 0)) / total)
    const count = Math.max(0, Math.min(share, pods - all.length - rest))
    for (let pod = 0; pod < count; pod++) all.push(podOf(name, pod, random))
  }
  const facts = new Map(
    names.map((name, index) => [name, readNamespace({ metadata: { name, labels: labelsOf(index) } })]),
  )
  return sumUp(all, facts, [])
}

function nameOf(index: number): string {
  const word = words[index % words.length]
  const part = parts[Math.floor(index / words.length) % parts.length]
  const round = Math.floor(index / (words.length * parts.length))
  return `${word}-${part}${round === 0 ? '' : `-${round + 1}`}`
}

function labelsOf(index: number): Record<string, string> {
  if (index % 5 === 4) return { 'istio.io/rev': '1-30' }
  return index % 11 === 10 ? {} : { 'istio-injection': 'enabled' }
}

function podOf(namespace: string, index: number, random: () => number): PodCoverage {
  // Replicas of a workload are mostly alike.
  const roll = random() < 0.85 ? ((index * 7919 + namespace.length * 104729) % 97) * 10.3 : random() * 1000
  let sum = 0
  const kind = kinds.find(([, , , share]) => (sum += share) > roll)
  const [state, reason, message] = kind ?? (['injected', 'current', '', 0] as const)
  const workload = `${words[(index * 3) % words.length]}-v${1 + (index % 3)}`
  const end = Math.floor(random() * 36 ** 5)
    .toString(36)
    .padStart(5, '0')
  const hasSidecar = state !== 'not-injected'
  return {
    namespace,
    name: `${workload}-5d8f6c7b9z-${end}`,
    owner: `Deployment/${workload}`,
    state,
    reason,
    message,
    revision: hasSidecar ? (reason === 'revision-changed' ? '1-29' : '1-30') : undefined,
    version: hasSidecar ? (state === 'outdated' ? '1.29.2' : '1.30.3') : undefined,
  }
}
