/** Members of types by the type's name, one text a member; what the words of a text mean is told in each table. */
export type StructRows = Readonly<Record<string, readonly string[]>>

/** The words that may end a row: `since=28`, `until=33`, `key=name`, or a bare flag such as `omitempty`. */
export interface RowWords {
  readonly words: readonly string[]
  readonly flags: ReadonlySet<string>
  readonly options: ReadonlyMap<string, string>
}

/** Splits a row into its leading words (as many as `count`) and what follows them. */
export function readRow(row: string, count: number): RowWords {
  const parts = row.split(' ')
  const flags = new Set<string>()
  const options = new Map<string, string>()
  for (const part of parts.slice(count)) {
    const equals = part.indexOf('=')
    if (equals < 0) flags.add(part)
    else options.set(part.slice(0, equals), part.slice(equals + 1))
  }
  return { words: parts.slice(0, count), flags, options }
}

/** Whether the row holds in a minor: `since` and `until` are inclusive. */
export function holdsIn(row: RowWords, minor: number): boolean {
  const since = row.options.get('since')
  const until = row.options.get('until')
  return (since === undefined || minor >= Number(since)) && (until === undefined || minor <= Number(until))
}
