import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { readGroups, runRow } from './rows.ts'

for (const { name, rows } of readGroups()) {
  t.test(`${name}: as Go's text/template`, (t) => {
    for (const { row, expected } of rows) {
      const result = runRow(row)
      if (!isDeepStrictEqual(result, expected)) t.same(result, expected, JSON.stringify(row.template))
      const folded = runRow(row, undefined, true)
      if (!isDeepStrictEqual(folded, expected))
        t.same(folded, expected, `folded ${JSON.stringify(row.template)}`)
    }
    t.pass(`${rows.length} rows`)
    t.end()
  })
}
