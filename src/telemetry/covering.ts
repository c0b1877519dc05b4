import type { Coverage } from '../coverage/types.ts'
import type { Metrics } from './metrics.ts'

/** So many namespaces have series of their own, the largest ones; the others are counted together. */
const mostNamespaces = 200

/** The name of all others: no namespace can be called so. */
const others = '_others'

/** What metrics show of the state of pods: a series for each namespace, state and reason that there is. */
export function coverageMetrics(metrics: Metrics) {
  let shown = new Map<string, readonly [labels: readonly string[], count: number]>()
  return (coverage: Coverage): void => {
    const series = seriesOf(coverage)
    for (const [key, [labels]] of shown) if (!series.has(key)) metrics.pods.remove(...labels)
    for (const [labels, count] of series.values()) metrics.pods.set(count, ...labels)
    shown = series
  }
}

function seriesOf({
  namespaces,
}: Coverage): Map<string, readonly [labels: readonly string[], count: number]> {
  const bySize = namespaces.toSorted((a, b) => b.pods.length - a.pods.length)
  const series = new Map<string, readonly [labels: readonly string[], count: number]>()
  for (const [index, { name, counts }] of bySize.entries()) {
    for (const { state, reason, count } of counts) {
      const labels = [index < mostNamespaces ? name : others, state, reason]
      const key = labels.join(' ')
      series.set(key, [labels, count + (series.get(key)?.[1] ?? 0)])
    }
  }
  return series
}
