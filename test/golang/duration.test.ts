/** Rows of duration.json were answered by Go's time package and protojson (tools/go-oracle). */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import {
  formatDuration,
  formatProtoDuration,
  parseDuration,
  parseProtoDuration,
} from '../../src/golang/duration.ts'
import { differences, goRows } from '../go-rows.ts'
import { sharedData } from '../shared-data.ts'

const roundTrip = (text: string): string => `"${formatProtoDuration(parseProtoDuration(text))}"`

/** protojson says where in its input a fault is, which is not ours to know. */
function isSameFault(ours: string, go: string): boolean {
  if (!go.startsWith('error: ')) return ours === go
  return ours.startsWith('error: ') && go.includes(ours.slice('error: '.length).split(':')[0] ?? '')
}

t.test('every duration is read and written, or refused with the same words, as by Go', (t) => {
  t.strictSame(
    differences(goRows('golang/duration.json', 'duration'), (text) => formatDuration(parseDuration(text))),
    [],
  )
  t.end()
})

t.test('durations of protobuf are read and written as by protojson', (t) => {
  t.strictSame(differences(goRows('golang/duration.json', 'proto'), roundTrip, isSameFault), [])
  t.end()
})

t.test('what is written reads back the same', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (nanoseconds) => {
      t.ok(parseDuration(formatDuration(nanoseconds)) === nanoseconds, String(nanoseconds))
      t.ok(parseProtoDuration(formatProtoDuration(nanoseconds)) === nanoseconds, String(nanoseconds))
    }),
  )
  t.end()
})

t.test('the durations of the running 1.30.3 injector', (t) => {
  const path = sharedData('vectors/durations.json')
  if (path === undefined) {
    t.comment('skipped: the shared vectors are missing')
    t.end()
    return
  }
  const rows: { In: string; Go: string; JSON: string }[] = JSON.parse(readFileSync(path, 'utf8'))
  for (const row of rows) {
    const nanoseconds = parseDuration(row.In)
    t.equal(formatDuration(nanoseconds), row.Go)
    t.match(row.JSON, `"drainDuration":"${formatProtoDuration(nanoseconds)}"`)
  }
  t.end()
})
