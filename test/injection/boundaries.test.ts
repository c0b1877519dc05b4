import t from 'tap'
import { answerOf, type Boundary } from './boundary.ts'
import { listBoundaries } from './list-boundaries.ts'
import { mergeBoundaries } from './merge-boundaries.ts'

/** A row per change that the tables of `src/istio/` date: the release before has the old way, the release itself the new. */
function check(rows: readonly Boundary[]): void {
  for (const row of rows) {
    t.test(`${row.what} (${row.at.join(', ')})`, async (t) => {
      for (const pair of row.at) {
        const [before = '', after = ''] = pair.split(' ')
        t.same(answerOf(before, row), row.old, before)
        t.same(answerOf(after, row), row.now, after)
      }
    })
  }
}

check(listBoundaries)
check(mergeBoundaries)
