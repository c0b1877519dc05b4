import t from 'tap'
import {
  changeOf,
  compareMetrics,
  hasSeries,
  isOfInterest,
  readMetrics,
} from '../../src/diagnosis/api-metrics.ts'

const counter = 'apiserver_admission_webhook_request_total'

t.test('lines of a page', (t) => {
  const rows: [line: string, kept: boolean][] = [
    [`# HELP ${counter} what it is`, false],
    [`${counter}{name="a",code="200"} 3`, true],
    ['apiserver_admission_webhook_fail_open_count{name="a"} 1', true],
    ['apiserver_admission_match_condition_exclusions_total{name="a"} 1', true],
    ['apiserver_admission_controller_admission_duration_seconds_count{name="a"} 1', true],
    ['apiserver_admission_controller_admission_duration_seconds_bucket{name="a",le="1"} 1', false],
    ['apiserver_request_total{code="200"} 1', false],
    ['process_start_time_seconds 1.7e+09', true],
  ]
  for (const [line, kept] of rows) t.equal(isOfInterest(line), kept, line)
  t.same(
    readMetrics([String.raw`${counter}{name="a\"b\\c\nd",code="200"} 3`, 'process_start_time_seconds 17']),
    {
      server: '17',
      samples: [{ name: counter, labels: { name: 'a"b\\c\nd', code: '200' }, value: 3 }],
    },
  )
  t.end()
})

t.test('two looks at several API servers', (t) => {
  const page = (server: string, value: number) =>
    readMetrics([`${counter}{name="a"} ${value}`, `process_start_time_seconds ${server}`])
  const change = compareMetrics([page('1', 5), page('2', 7)], [page('1', 6), page('3', 100), page('2', 7)])
  t.equal(change?.servers, 2, 'one that was seen once says nothing')
  t.equal(change && changeOf(change, counter, { name: 'a' }), 1)
  t.equal(change && changeOf(change, counter, { name: 'b' }), 0)
  t.ok(change && hasSeries(change, /request_total$/, { name: 'a' }))
  t.equal(compareMetrics([page('1', 5)], [page('2', 5)]), undefined)
  const first = compareMetrics([{ server: '1', samples: [] }], [page('1', 2)])
  t.equal(first && changeOf(first, counter, {}), 2, 'a series that was not there was 0')
  t.end()
})
