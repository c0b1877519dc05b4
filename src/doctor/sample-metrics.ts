import type { KubernetesClient } from '../cluster/client.ts'
import { isOfInterest, readMetrics, type MetricsPage } from '../diagnosis/api-metrics.ts'
import type { Seen } from '../diagnosis/observations.ts'
import { lookMs, reasonOf } from './look.ts'

/** One API server answers a connection, and managed control planes have at least two: calls at once have connections of their own. */
const connections = 3

/** The counts of the API servers behind the address, each once. Never rejects. */
export async function sampleMetrics(client: KubernetesClient): Promise<Seen<readonly MetricsPage[]>> {
  const pages = await Promise.allSettled(Array.from({ length: connections }, () => sample(client)))
  const read = pages.flatMap((page) => (page.status === 'fulfilled' ? [page.value] : []))
  const [failed] = pages.flatMap((page) => (page.status === 'rejected' ? [reasonOf(page.reason)] : []))
  if (read.length === 0) return { missing: failed ?? 'no page' }
  return { value: [...new Map(read.map((page) => [page.server, page])).values()] }
}

async function sample(client: KubernetesClient): Promise<MetricsPage> {
  const kept: string[] = []
  const signal = AbortSignal.timeout(lookMs)
  for await (const line of client.lines({ method: 'GET', path: '/metrics', signal, silenceMs: lookMs })) {
    if (isOfInterest(line)) kept.push(line)
  }
  return readMetrics(kept)
}
