import { marshalText } from '../../golang/json.ts'
import type { Traits } from '../../istio/traits.ts'
import { boolAt } from '../annotation-values.ts'
import type { StringMap } from '../json.ts'
import { meshStatusPort, type Mesh } from '../mesh.ts'
import type { PodRequest } from '../pod-request.ts'

/** How Prometheus gets at the metrics of application and sidecar in one place. */
export interface PrometheusMerge {
  /** What the pod's annotations become. */
  readonly annotations: ReadonlyMap<string, string>
  /** What the pod's annotations were, for pilot-agent; undefined if there were none. */
  readonly scraped: string | undefined
}

/** The pod's own word on merging. */
const mergeKey = 'prometheus.istio.io/merge-metrics'

/** The merge for a pod as 1.6 to 1.8 do it, if the mesh wants it: exact annotation keys, whatever they say. */
export function prometheusMerge(
  traits: Traits,
  { annotations }: PodRequest,
  mesh: Mesh,
): PrometheusMerge | undefined {
  if (traits.prometheus.keys !== 'exact') return undefined
  if (!(boolAt(annotations, mergeKey) ?? mesh.config['enablePrometheusMerge'] === true)) return undefined
  const [scrape, path, port] = ['scrape', 'path', 'port'].map((name) =>
    own(annotations, `prometheus.io/${name}`),
  )
  const isEmpty = [scrape, path, port].every((value) => value === '')
  return {
    annotations: new Map([
      ['prometheus.io/port', String(meshStatusPort(mesh))],
      ['prometheus.io/path', '/stats/prometheus'],
      ['prometheus.io/scrape', 'true'],
    ]),
    scraped: isEmpty
      ? undefined
      : `{"scrape":${marshalText(scrape ?? '')},"path":${marshalText(path ?? '')},"port":${marshalText(port ?? '')}}`,
  }
}

function own(annotations: StringMap, key: string): string {
  return Object.hasOwn(annotations, key) ? (annotations[key] ?? '') : ''
}
