import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binFolder } from '../../tools/control-plane/programs.ts'
import { seriesName, type InputSeries, type Labels } from './series.ts'
import { alerts, groups } from './watched.ts'

/* The chart's alerts and queries, judged by Prometheus' own promtool. */

/** What a query gives at a minute: the samples' labels, each with its value. */
export interface QueryTest {
  readonly expr: string
  readonly minute: number
  readonly samples: readonly (readonly [labels: Labels, value: number])[]
}

/** The alerts that fire at a minute, each by its name and its labels, severity aside; all others are silent. */
export interface FiringTest {
  readonly minute: number
  readonly firing: readonly (readonly [alert: string, labels: Labels])[]
}

/** What an alert tells at a minute. */
export interface AnnotationTest {
  readonly minute: number
  readonly alert: string
  readonly labels: Labels
  readonly value: number
}

export interface Judged {
  readonly series: readonly InputSeries[]
  readonly queries?: readonly QueryTest[]
  readonly firing?: readonly FiringTest[]
  readonly annotations?: readonly AnnotationTest[]
}

/** What promtool does not agree with; empty if it agrees with everything. */
export function judge({ series, queries = [], firing = [], annotations = [] }: Judged): string {
  return run('test', {
    'rules.json': { groups },
    'test.json': {
      rule_files: ['rules.json'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series,
          promql_expr_test: [...queries.map(queryTest), ...firing.map(firingTest)],
          alert_rule_test: annotations.map(annotationTest),
        },
      ],
    },
  })
}

/** What promtool's linter has against the rules; empty if nothing. */
export function lint(): string {
  return run('check', { 'rules.json': { groups } })
}

function queryTest({ expr, minute, samples }: QueryTest): object {
  return {
    expr,
    eval_time: `${minute}m`,
    exp_samples: samples.map(([labels, value]) => ({ labels: seriesName('', labels), value })),
  }
}

/** ALERTS is what Prometheus keeps of those that are pending or fire. */
function firingTest({ minute, firing }: FiringTest): object {
  return {
    expr: 'ALERTS{alertstate="firing"}',
    eval_time: `${minute}m`,
    exp_samples: firing.map(([alertname, labels]) => ({
      labels: seriesName('ALERTS', {
        alertname,
        alertstate: 'firing',
        ...ruleOf(alertname).labels,
        ...labels,
      }),
      value: 1,
    })),
  }
}

function annotationTest({ minute, alert, labels, value }: AnnotationTest): object {
  const rule = ruleOf(alert)
  const told = Object.entries(rule.annotations).map(([key, text]) => [
    key,
    text.replaceAll('{{ $value }}', String(value)).replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name) => {
      const label = labels[String(name)]
      if (label === undefined) throw new Error(`alert ${alert} has no label ${name}`)
      return label
    }),
  ])
  return {
    eval_time: `${minute}m`,
    alertname: alert,
    exp_alerts: [{ exp_labels: { ...rule.labels, ...labels }, exp_annotations: Object.fromEntries(told) }],
  }
}

function ruleOf(name: string) {
  const rule = alerts.find(({ alert }) => alert === name)
  if (rule === undefined) throw new Error(`there is no alert ${name}`)
  return rule
}

function run(command: 'test' | 'check', files: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'))
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), JSON.stringify(content))
    const args =
      command === 'test'
        ? ['test', 'rules', 'test.json']
        : ['check', 'rules', '--lint=all', '--lint-fatal', 'rules.json']
    const { status, stdout, stderr, error } = spawnSync(join(binFolder(process.env), 'promtool'), args, {
      cwd: folder,
      encoding: 'utf8',
    })
    if (error !== undefined) throw error
    return status === 0 ? '' : `${stdout}\n${stderr}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
