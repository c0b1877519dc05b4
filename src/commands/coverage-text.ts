import { missedReasons } from '../coverage/missed.ts'
import type { Coverage, PodCoverage } from '../coverage/types.ts'
import { plainText } from './plain-text.ts'

/** Has a pod an old sidecar, or none though it should have one? */
export function isMissed({ state, reason }: PodCoverage): boolean {
  return state === 'outdated' || (state === 'not-injected' && missedReasons.has(reason))
}

/** A coverage for people: a line a namespace that has pods, and below it the sum. */
export function coverageText(
  { namespaces, injected, outdated, notInjected }: Coverage,
  wantsPods: boolean,
): string {
  const rows = namespaces
    .filter(({ pods }) => pods.length > 0)
    .map(({ name, labels, injected, outdated, notInjected, counts }) => [
      name,
      labels.join(',') || '-',
      ...[injected, outdated, notInjected].map(String),
      counts
        .filter(({ reason }) => reason !== 'current')
        .map(({ reason, count }) => `${count} ${reason}`)
        .join(', '),
    ])
  const total = ['all', '', ...[injected, outdated, notInjected].map(String), '']
  const table = tableText([
    ['NAMESPACE', 'LABELS', 'INJECTED', 'OUTDATED', 'NOT INJECTED', 'REASONS'],
    ...rows,
    total,
  ])
  if (!wantsPods) return table
  const pods = namespaces.flatMap((namespace) => namespace.pods.filter(isMissed))
  if (pods.length === 0) return `${table}\nno pod has an old sidecar, or none though it should have one\n`
  const lines = pods.map(({ namespace, name, owner, state, reason, message }) => [
    `${namespace}/${name}`,
    owner ?? '-',
    state,
    reason,
    message,
  ])
  return `${table}\n${tableText([['POD', 'OWNER', 'STATE', 'REASON', 'WHY'], ...lines])}`
}

/** Columns as kubectl writes them: as wide as their widest cell, three spaces between them. */
function tableText(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(plainText))
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('')
}
