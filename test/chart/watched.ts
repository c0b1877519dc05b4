import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chart, render } from '../../tools/manifests/helm.ts'
import { only, readObjects } from './objects.ts'

/* What the chart has Prometheus and Grafana ask: its alerts and the queries of its dashboard. */

/** What has each alert be there, of what the tests install. */
const values = [
  'prometheusRule.enabled=true',
  'coverage.enabled=true',
  'doctor.minutes=10',
  'fullnameOverride=eks-sidecar-injector',
]

/** The groups of the PrometheusRule, as a file of rules has them. */
export const { groups } = only(
  readObjects(render({ flags: values.flatMap((value) => ['--set', value]) })),
  'PrometheusRule',
).spec

/** The alerts. */
export const alerts = groups.flatMap(({ rules }) => rules)

/** A query of the dashboard, with what Grafana puts in for its variables. */
export interface PanelQuery {
  readonly panel: string
  readonly expr: string
  /** A template of Grafana's: `{{state}}`. */
  readonly legend: string
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
}

/** The dashboard's queries, of all namespaces. */
export const panelQueries: readonly PanelQuery[] = readDashboard().panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({
    panel: title,
    expr: expr.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '5m'),
    legend: legendFormat,
  })),
)

function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(chart, 'dashboards/sidecar-injector.json'), 'utf8'))
}

/** The names of the metrics that are asked for. */
export const watchedMetrics: ReadonlySet<string> = new Set(
  [...alerts, ...panelQueries].flatMap(({ expr }) => expr.match(/\b[a-z]\w*_[a-z_]+\b(?=[{[)\s]|$)/g) ?? []),
)
