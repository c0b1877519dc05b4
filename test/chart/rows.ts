import { seriesName, type InputSeries, type Labels } from './series.ts'

/* Series as the tests write them. */

/** What a ServiceMonitor's targets have. */
export const ours = {
  job: 'eks-sidecar-injector',
  namespace: 'sidecar-injector',
  service: 'eks-sidecar-injector',
}
/** The replicas. */
export const pods = ['a', 'b'].map((pod) => ({ ...ours, pod, instance: `${pod}:8080` }))
export const [podA = {}] = pods
export const api = { job: 'apiserver', instance: '192.0.2.10:443' }
/** A replica of another installation. */
export const elsewhere = { ...podA, namespace: 'elsewhere' }
/** Labels of the API server's counts of our calls. */
export const call = { name: 'namespace.sidecar-injector.istio.io', type: 'admit', operation: 'CREATE' }
export const failed = { ...call, error_type: 'calling_webhook_error', rejection_code: '0' }
const prefix = 'eks_sidecar_injector_'

/** One series: its metric (ours without the prefix), labels, and values a minute each in promtool's notation. */
export type Row = readonly [metric: string, labels: Labels, values: string]

/** Two replicas and an API server that have been there for a day, and go on for some minutes. */
export function healthy(minutes: number): Row[] {
  return [
    ...[...pods, api].flatMap((target): Row[] => [
      ['up', target, `1x${minutes}`],
      ['process_start_time_seconds', target, `-86400x${minutes}`],
    ]),
    ...pods.map((pod): Row => ['settings_generation', { ...pod, revision: 'default' }, `1x${minutes}`]),
  ]
}

/** As promtool takes them. */
export function series(rows: readonly Row[]): InputSeries[] {
  return rows.map(([metric, labels, values]) => ({
    series: seriesName(/^(up$|apiserver|process|nodejs)/.test(metric) ? metric : prefix + metric, labels),
    values,
  }))
}

/** Labels of pods that are refused. */
export const decisions = { decision: 'failed', reason: 'annotation-invalid', revision: 'default' }

/** Labels of pods that miss their sidecar. */
export const pod = { pod_namespace: 'shop', state: 'not-injected', reason: 'before-webhook' }
