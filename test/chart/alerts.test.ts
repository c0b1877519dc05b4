/** When the chart's alerts fire and what they tell, and what its dashboard shows, as Prometheus' own promtool judges it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { missedReasons } from '../../src/coverage/missed.ts'
import { coverageReasons } from '../../src/coverage/types.ts'
import { reasons as decisionReasons } from '../../src/injection/decision.ts'
import { judge, lint, type FiringTest } from './promtool.ts'
import { firingOfPhases, playedPhases, readRecorded, shownByPanels } from './recorded.ts'
import {
  api,
  call,
  decisions,
  elsewhere,
  failed,
  healthy,
  ours,
  pod,
  podA,
  pods,
  series,
  type Row,
} from './rows.ts'
import { seriesName, type Labels } from './series.ts'
import { alerts, panelQueries } from './watched.ts'

const day = 24 * 60
t.test("promtool's linter has nothing against the rules", (t) => {
  t.equal(lint(), '')
  t.end()
})

t.test('what was recorded in a cluster has the right alerts fire, and no other', (t) => {
  const recorded = playedPhases(readRecorded())
  t.equal(judge({ series: recorded, firing: firingOfPhases, queries: shownByPanels }), '')
  t.end()
})

interface Case {
  readonly name: string
  /** Beside what is healthy; a row of the same metric and labels takes its place. */
  readonly rows: readonly Row[]
  /** The alert, its labels, and its value for its text. */
  readonly alert: string
  readonly labels: Labels
  readonly value: number
  /** Minutes at which it fires, and at which it does not. Nothing else fires at any of them. */
  readonly fires: readonly number[]
  readonly silent: readonly number[]
}

const gone = `1x9 stale`

const cases: readonly Case[] = [
  {
    name: 'both replicas are gone',
    rows: pods.flatMap((each): Row[] => [
      ['up', each, gone],
      ['settings_generation', { ...each, revision: 'default' }, gone],
    ]),
    alert: 'SidecarInjectorGone',
    labels: { namespace: ours.namespace, service: ours.service },
    value: 1,
    fires: [15, 30],
    silent: [9, 14],
  },
  {
    name: 'calls fail, the first of their kind, in one burst',
    rows: [['apiserver_admission_webhook_rejection_count', { ...api, ...failed }, '_x20 4x40']],
    alert: 'SidecarInjectorNotReached',
    labels: { name: call.name },
    value: 4,
    fires: [26, 28],
    silent: [20, 24, 32],
  },
  {
    name: 'calls fail again after a long time',
    rows: [['apiserver_admission_webhook_rejection_count', { ...api, ...failed }, '7x30 8+1x30']],
    alert: 'SidecarInjectorNotReached',
    labels: { name: call.name },
    value: 10,
    fires: [50],
    silent: [30, 34],
  },
  {
    name: 'calls fail since the API server is there',
    rows: [
      ['up', api, '_x20 1x40'],
      ['process_start_time_seconds', api, '_x20 1140x40'],
      ['apiserver_admission_webhook_rejection_count', { ...api, ...failed }, '_x20 3x40'],
    ],
    alert: 'SidecarInjectorNotReached',
    labels: { name: call.name },
    value: 3,
    fires: [26],
    silent: [20, 24, 32],
  },
  {
    name: 'one pod is created without asking',
    rows: [['apiserver_admission_webhook_fail_open_count', { ...api, ...call }, '_x20 1x40']],
    alert: 'SidecarInjectorFailedOpen',
    labels: { name: call.name },
    value: 1,
    fires: [20, 29],
    silent: [19, 31],
  },
  {
    name: 'one pod is refused by each replica',
    rows: pods.map((each) => ['decisions_total', { ...each, ...decisions, dry_run: 'false' }, '_x20 1x40']),
    alert: 'SidecarInjectorRefusesPods',
    labels: { reason: 'annotation-invalid', revision: 'default' },
    value: 2,
    fires: [26],
    silent: [20, 24, 32],
  },
  {
    name: 'one replica cannot use the newest settings',
    rows: pods.map((each, index) => [
      'settings_refused',
      { ...each, revision: 'canary' },
      `0x9 ${index}x20 0x9`,
    ]),
    alert: 'SidecarInjectorSettingsRefused',
    labels: { revision: 'canary' },
    value: 1,
    fires: [12, 30],
    silent: [9, 11, 31],
  },
  {
    name: 'a certificate that is not renewed',
    rows: pods.map((each) => ['certificate_expiry_timestamp_seconds', each, `${3 * 86_400 + 3600}x120`]),
    alert: 'SidecarInjectorCertificateExpires',
    labels: {},
    value: 3 * 86_400 - 1200,
    fires: [80],
    silent: [59, 75],
  },
  {
    name: 'certificates are not looked after',
    rows: [['certificate_troubles_total', { ...podA, of: 'certificates' }, '0+3x120']],
    alert: 'SidecarInjectorCertificatesNotKept',
    labels: { of: 'certificates' },
    value: 45,
    fires: [70],
    silent: [59],
  },
  {
    name: 'one replica is not trusted',
    rows: pods.map((each, index) => [
      'ca_bundle_matches',
      { ...each, configuration: 'ours' },
      `1x9 ${index}x30`,
    ]),
    alert: 'SidecarInjectorNotTrusted',
    labels: { configuration: 'ours' },
    value: 0,
    fires: [15, 30],
    silent: [14],
  },
  {
    name: 'the API server says nothing for longer and longer',
    rows: [['settings_staleness_seconds', { ...podA, resource: 'configmaps' }, '3x9 60+60x30']],
    alert: 'SidecarInjectorSettingsStale',
    labels: { resource: 'configmaps' },
    value: 540,
    fires: [18],
    silent: [12, 16],
  },
  {
    name: 'the ConfigMaps are gone for longer than an upgrade takes',
    rows: pods.map((each) => ['settings_orphaned', { ...each, revision: 'default' }, '0x9 1x80']),
    alert: 'SidecarInjectorSettingsOrphaned',
    labels: { revision: 'default' },
    value: 1,
    fires: [70, 85],
    silent: [69],
  },
  {
    name: 'pods miss their sidecar, as both replicas see',
    rows: pods.map((each) => ['pods', { ...each, ...pod }, '0x9 3x50']),
    alert: 'SidecarsMissing',
    labels: { pod_namespace: 'shop', reason: 'before-webhook' },
    value: 3,
    fires: [40, 55],
    silent: [39],
  },
  {
    name: 'sidecars are older than the settings, for two reasons',
    rows: pods.flatMap((each): Row[] => [
      ['pods', { ...each, ...pod, state: 'outdated', reason: 'image-changed' }, `2x${4 * day}`],
      ['pods', { ...each, ...pod, state: 'outdated', reason: 'revision-changed' }, `1x${4 * day}`],
    ]),
    alert: 'SidecarsOutdated',
    labels: { pod_namespace: 'shop' },
    value: 3,
    fires: [3 * day + 1],
    silent: [3 * day - 1],
  },
  {
    name: 'doctor sees a cause',
    rows: [['doctor_finding', { ...podA, cause: 'port-blocked' }, '1x40 0x9']],
    alert: 'SidecarInjectorDoctorFinding',
    labels: { cause: 'port-blocked' },
    value: 1,
    fires: [15, 40],
    silent: [14, 41],
  },
  {
    name: 'two calls in a hundred take two seconds',
    rows: [
      ['review_duration_seconds_bucket', { ...podA, le: '1' }, '0+98x60'],
      ['review_duration_seconds_bucket', { ...podA, le: '2.5' }, '0+100x60'],
      ['review_duration_seconds_bucket', { ...podA, le: '+Inf' }, '0+100x60'],
    ],
    alert: 'SidecarInjectorSlow',
    labels: {},
    value: 1.75,
    fires: [20, 60],
    silent: [10],
  },
]

for (const { name, rows, alert, labels, value, fires, silent } of cases) {
  t.test(`${alert}: ${name}`, (t) => {
    const last = Math.max(...fires, ...silent)
    const replaced = new Set(rows.map(([metric, each]) => seriesName(metric, each)))
    const kept = healthy(last).filter(([metric, each]) => !replaced.has(seriesName(metric, each)))
    const firing: FiringTest[] = [
      ...fires.map((minute) => ({ minute, firing: [[alert, labels] as const] })),
      ...silent.map((minute) => ({ minute, firing: [] })),
    ]
    const told = { minute: fires[0] ?? 0, alert, labels, value }
    t.equal(judge({ series: series([...kept, ...rows]), firing, annotations: [told] }), '')
    t.end()
  })
}

t.test('each alert has a case, and a line for whom it wakes', (t) => {
  const lines = readFileSync(join(import.meta.dirname, '../../docs/alerts.md'), 'utf8')
  for (const { alert } of alerts) t.match(lines, `\n| \`${alert}\` | `)
  t.same(new Set(cases.map(({ alert }) => alert)), new Set(alerts.map(({ alert }) => alert)))
  t.end()
})

t.test('what is no trouble of ours is silent', (t) => {
  const others = { ...failed, name: 'pod-identity-webhook.amazonaws.com' }
  const minutes = 90
  const quiet: Row[] = [
    ...healthy(minutes),
    ['apiserver_admission_webhook_rejection_count', { ...api, ...others }, `0+5x${minutes}`],
    ['apiserver_admission_webhook_fail_open_count', { ...api, ...call, name: others.name }, `0+5x${minutes}`],
    // The injector has refused these: its own alert tells of it.
    [
      'apiserver_admission_webhook_rejection_count',
      { ...api, ...call, error_type: 'no_error', rejection_code: '400' },
      `0+5x${minutes}`,
    ],
    ['decisions_total', { ...podA, ...decisions, dry_run: 'true' }, `0+5x${minutes}`],
    ['decisions_total', { ...podA, ...decisions, decision: 'skipped', dry_run: 'false' }, `0+5x${minutes}`],
    ['decisions_total', { ...podA, ...decisions, decision: 'refused', dry_run: 'false' }, `0+5x${minutes}`],
    ['decisions_total', { ...elsewhere, ...decisions, dry_run: 'false' }, `0+5x${minutes}`],
    ['settings_refused', { ...elsewhere, revision: 'default' }, `1x${minutes}`],
    ['settings_staleness_seconds', { ...podA, resource: 'proxyconfigs' }, `30x${minutes}`],
    ['certificate_troubles_total', { ...podA, of: 'watch' }, `0x9 2x${minutes - 10}`],
    ['ca_bundle_matches', { ...podA, configuration: 'ours' }, `1x30 0x3 1x${minutes - 35}`],
    ['settings_orphaned', { ...podA, revision: 'default' }, `0x9 1x40 0x${minutes - 50}`],
    ['doctor_finding', { ...podA, cause: 'port-blocked' }, `0x${minutes}`],
    ['pods', { ...podA, ...pod }, `0x9 1x20 0x${minutes - 30}`],
  ]
  const asked = [1, 15, 30, 45, 60, 75, 90].map((minute) => ({ minute, firing: [] }))
  t.equal(judge({ series: series(quiet), firing: asked }), '')
  t.end()
})

t.test('old counts are no news to a Prometheus that is new, or was away', (t) => {
  const before: readonly [when: string, values: (value: number) => string][] = [
    ['new', (value) => `${value}x40`],
    ['was away', (value) => `${value}x9 _x20 ${value}x40`],
  ]
  for (const [when, values] of before) {
    const rows: Row[] = [
      ...[...pods, api].flatMap((target): Row[] => [
        ['up', target, values(1)],
        ['process_start_time_seconds', target, values(-86_400)],
      ]),
      ['settings_generation', { ...podA, revision: 'default' }, '1x80'],
      ['apiserver_admission_webhook_rejection_count', { ...api, ...failed }, values(50)],
      ['apiserver_admission_webhook_fail_open_count', { ...api, ...call }, values(50)],
      ['decisions_total', { ...podA, ...decisions, dry_run: 'false' }, values(9)],
    ]
    const asked = Array.from({ length: 60 }, (_, minute) => ({ minute, firing: [] }))
    t.equal(judge({ series: series(rows), firing: asked }), '', when)
  }
  t.end()
})

t.test('a pod is missed for the reasons that coverage counts as missed, and for no other', (t) => {
  const reasons = [...Object.keys(decisionReasons), ...Object.keys(coverageReasons)]
  const rows = reasons.map((reason): Row => ['pods', { ...podA, ...pod, reason }, '1x40'])
  const missed = [...missedReasons]
  const firing = missed.map((reason) => ['SidecarsMissing', { pod_namespace: 'shop', reason }] as const)
  const query = panelQueries.find(
    ({ panel, legend }) => panel.startsWith('Pods without') && legend === '{{reason}}',
  )
  const samples = missed.map((reason) => [{ reason }, 1] as const)
  t.equal(
    judge({
      series: series([...healthy(40), ...rows]),
      firing: [{ minute: 35, firing }],
      queries: [{ expr: query?.expr ?? '', minute: 35, samples }],
    }),
    '',
  )
  t.end()
})
