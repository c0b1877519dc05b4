import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A question and what Go answered; made by `go run . fill FILE OP` in tools/go-oracle. */
export interface GoRow {
  readonly op?: string
  readonly text: string
  /** Absent if it is empty or if there is an error. */
  readonly out?: string
  readonly error?: string
}

/** What one row gave and what it was to give. */
export interface Difference {
  readonly text: string
  readonly ours: string
  readonly go: string
}

/** The rows of a table beside the tests, those of one op if it is named. */
export function goRows(path: string, op?: string): GoRow[] {
  const rows: GoRow[] = JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'))
  return op === undefined ? rows : rows.filter((row) => row.op === op)
}

/** Asks our function every row; an error counts as `error: MESSAGE`. */
export function differences(
  rows: readonly GoRow[],
  ours: (text: string) => string,
  isSame: (ours: string, go: string) => boolean = (ours, go) => ours === go,
): Difference[] {
  return rows
    .map((row) => ({ text: row.text, ours: answer(() => ours(row.text)), go: goAnswer(row) }))
    .filter((row) => !isSame(row.ours, row.go))
}

/** protojson's messages hold a blank that is one in one build and another in the next. */
function goAnswer({ out = '', error }: GoRow): string {
  return error === undefined ? out : `error: ${error.replaceAll('\u00a0', ' ')}`
}

function answer(run: () => string): string {
  try {
    return run()
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`
  }
}
