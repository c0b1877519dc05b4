import { readFileSync } from 'node:fs'
import t from 'tap'
import { causes, diagnose } from '../../src/diagnosis/diagnose.ts'
import { healthy } from './made.ts'
import { rows } from './rows.ts'
import { leadsTo, troubleshooting } from './symptoms.ts'

const doctor = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8')

t.test('docs/troubleshooting.md leads from symptoms to every cause, and to no other', (t) => {
  const named = new Set([...troubleshooting.matchAll(/\(doctor\.md#([^)]+)\)/g)].map(([, id = '']) => id))
  t.same([...named].toSorted(), causes.map(({ id }) => id).toSorted())
  t.end()
})

t.test('the words of a refusal lead to its cause', (t) => {
  let refusals = 0
  for (const { title, seen, causes } of rows) {
    const { canary } = seen
    if (canary?.kind !== 'refused' || causes.length === 0) continue
    // Doctor's own words, when it waits no longer; kubectl goes on waiting for those of the API server.
    if (canary.message.startsWith('no answer within')) continue
    refusals += 1
    const led = leadsTo('Pods are not created', canary.message)
    t.ok(
      causes.some((cause) => led.includes(cause)),
      `${title}: ${canary.message}`,
      { causes, led },
    )
  }
  t.ok(refusals > 40, `${refusals} refusals`)
  t.end()
})

t.test('findings link to where docs/doctor.md has them', (t) => {
  const findings = rows.flatMap(({ seen }) => diagnose({ ...healthy, ...seen }).findings)
  for (const link of new Set(findings.map(({ docs }) => docs))) {
    const [file, anchor] = link.split('#')
    t.equal(file, 'docs/doctor.md')
    t.match(doctor, `\n### ${anchor}\n`)
  }
  t.end()
})
