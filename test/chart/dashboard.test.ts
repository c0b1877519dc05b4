/** What the chart's dashboard shows, as Prometheus' own promtool evaluates its queries. */
import t from 'tap'
import { judge, type QueryTest } from './promtool.ts'
import { api, call, decisions, failed, healthy, pod, pods, series, type Row } from './rows.ts'
import { panelQueries } from './watched.ts'

t.test('the dashboard shows what there is, once for all replicas', (t) => {
  const rows: Row[] = [
    ...healthy(40),
    ...pods.flatMap((each, index): Row[] => [
      ['certificate_expiry_timestamp_seconds', each, `${86_400 * (index + 1)}x40`],
      ['settings_refused', { ...each, revision: 'canary' }, '1x40'],
      ['settings_refused', { ...each, revision: 'default' }, '0x40'],
      [
        'settings_info',
        { ...each, revision: 'default', release: '1.30.3', source: 'tag', because: 'x' },
        '1x40',
      ],
      [
        'decisions_total',
        { ...each, ...decisions, decision: 'injected', reason: 'policy-enabled', dry_run: 'false' },
        '0+60x40',
      ],
      [
        'decisions_total',
        { ...each, ...decisions, decision: 'skipped', reason: 'host-network', dry_run: 'false' },
        '0+30x40',
      ],
      ['review_duration_seconds_bucket', { ...each, le: '0.001' }, '0+60x40'],
      ['review_duration_seconds_bucket', { ...each, le: '0.0025' }, '0+120x40'],
      ['review_duration_seconds_bucket', { ...each, le: '+Inf' }, '0+120x40'],
      ['http_errors_total', { ...each, status: '400' }, '0+6x40'],
      ['process_resident_memory_bytes', each, '1e8x40'],
      ['nodejs_eventloop_lag_p99_seconds', each, '0.01x40'],
      ['settings_staleness_seconds', { ...each, resource: 'configmaps' }, `${index + 2}x40`],
      ['ca_bundle_matches', { ...each, configuration: 'ours' }, `${index}x40`],
      ['ca_bundle_reverts_total', { ...each, configuration: 'ours', manager: 'argocd' }, '0+1x40'],
      ['pods', { ...each, ...pod, state: 'injected', reason: 'current' }, '8x40'],
      ['pods', { ...each, ...pod, state: 'injected', reason: 'current', pod_namespace: 'b' }, '2x40'],
      ['pods', { ...each, ...pod }, '3x40'],
      ['pods', { ...each, ...pod, reason: 'host-network' }, '4x40'],
      ['pods', { ...each, ...pod, state: 'outdated', reason: 'image-changed' }, '1x40'],
      ['doctor_finding', { ...each, cause: 'port-blocked' }, `${index}x40`],
    ]),
    // Of something else that has the name of no pod of ours.
    ['process_resident_memory_bytes', { job: 'x', namespace: 'shop', pod: 'x', instance: 'x' }, '1e9x40'],
    [
      'apiserver_admission_webhook_request_total',
      { ...api, ...call, code: '200', rejected: 'false' },
      '0+60x40',
    ],
    ['apiserver_admission_webhook_rejection_count', { ...api, ...failed }, '0+30x40'],
    ['apiserver_admission_webhook_fail_open_count', { ...api, ...call }, '0+6x40'],
    ['apiserver_admission_match_condition_exclusions_total', { ...api, ...call }, '0+12x40'],
  ]
  const shown: Readonly<Record<string, readonly QueryTest['samples'][]>> = {
    'Pods that answer': [[[{}, 2]]],
    'Certificate expires in': [[[{}, 86_400 - 1800]]],
    'Settings refused': [[[{}, 1]]],
    'Release by revision': [[[{ revision: 'default', release: '1.30.3' }, 1]]],
    Decisions: [
      [
        [{ decision: 'injected' }, 2],
        [{ decision: 'skipped' }, 1],
      ],
    ],
    'Reasons of what is not injected': [[[{ decision: 'skipped', reason: 'host-network' }, 1]]],
    'Time to answer': [[[{}, 0.001]], [[{}, 0.00247]]],
    'As the API server sees it': [
      [[{ code: '200' }, 1]],
      [[{ error_type: 'calling_webhook_error' }, 0.5]],
      [[{}, 0.1]],
      [[{}, 0.2]],
    ],
    'HTTP errors': [[[{ status: '400' }, 0.2]]],
    'Memory and event loop': [
      pods.map((each) => [{ __name__: 'process_resident_memory_bytes', ...each }, 1e8] as const),
      pods.map((each) => [{ __name__: 'nodejs_eventloop_lag_p99_seconds', ...each }, 0.01] as const),
    ],
    'Settings: how fresh': [[[{ resource: 'configmaps' }, 3]]],
    caBundle: [[[{ configuration: 'ours' }, 0]], [[{ manager: 'argocd' }, 10]]],
    'Pods by the state of their sidecar (with --coverage)': [
      [
        [{ state: 'injected' }, 10],
        [{ state: 'not-injected' }, 7],
        [{ state: 'outdated' }, 1],
      ],
    ],
    'Pods without the sidecar that they should have, by reason': [
      [[{ reason: 'before-webhook' }, 3]],
      [[{ reason: 'image-changed' }, 1]],
    ],
    'Causes for pods without sidecars (with --doctorMinutes)': [[[{ cause: 'port-blocked' }, 1]]],
  }
  t.same(new Set(Object.keys(shown)), new Set(panelQueries.map(({ panel }) => panel)), 'each panel has a row')
  for (const [panel, expected] of Object.entries(shown)) {
    const asked = panelQueries.filter((query) => query.panel === panel)
    t.equal(asked.length, expected.length, panel)
    const queries = asked.map(({ expr }, index) => ({ expr, minute: 30, samples: expected[index] ?? [] }))
    t.equal(judge({ series: series(rows), queries }), '', panel)
    for (const [index, { legend }] of asked.entries()) {
      const names = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? '')
      for (const [labels] of expected[index] ?? []) {
        t.ok(
          names.every((label) => label in labels),
          `${panel}: the legend ${legend} names labels that there are`,
        )
      }
    }
  }
  t.end()
})
