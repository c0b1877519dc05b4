import { readFileSync } from 'node:fs'
import t from 'tap'
import { causes, diagnose } from '../../src/diagnosis/diagnose.ts'
import { healthy } from './made.ts'
import { rows } from './rows.ts'

const troubleshooting = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8')
const doctor = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8')

t.test('docs/troubleshooting.md leads from symptoms to every cause, and to no other', (t) => {
  const named = new Set([...troubleshooting.matchAll(/\(doctor\.md#([^)]+)\)/g)].map(([, id = '']) => id))
  t.same([...named].toSorted(), causes.map(({ id }) => id).toSorted())
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
