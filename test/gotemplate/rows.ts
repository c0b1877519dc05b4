/** Rows of templates, with what Go's text/template made of them (tools/template-oracle, tools/sprig-oracle). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileTemplate,
  type FunctionMap,
  goKind,
  isGoValue,
  isPlainMap,
  TemplateError,
  type Value,
} from '../../src/gotemplate/index.ts'
import type { MissingKey } from '../../src/gotemplate/run.ts'
import { functions, shadows } from './row-functions.ts'
import { type Json, type JsonMap, toValue } from './typed-data.ts'

/** A template and how to run it; the fields are those of the oracle. */
export interface Row {
  readonly template: string
  readonly data?: Json
  readonly delimiters?: readonly [string, string]
  readonly missingKey?: MissingKey | 'invalid'
  /** With functions that hide built-in ones. */
  readonly shadow?: boolean
  /** The template to run, instead of the text itself. */
  readonly execute?: string
}

/** The output, or the message and the phase that it came from. */
export type Result = { output: string } | { error: string; phase: string }

export interface Group {
  readonly name: string
  readonly rows: readonly { readonly row: Row; readonly expected: Result }[]
}

interface RowsFile {
  readonly data: JsonMap
  readonly groups: readonly { readonly name: string; readonly rows: readonly (string | Row)[] }[]
}

/** All rows of a folder's rows.json in their groups, with the results of rows.expected.jsonl. */
export function readGroups(folder = import.meta.dirname): readonly Group[] {
  const file: RowsFile = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8'))
  const results = readFileSync(join(folder, 'rows.expected.jsonl'), 'utf8').trimEnd().split('\n')
  let next = 0
  return file.groups.map(({ name, rows }) => ({
    name,
    rows: rows.map((written) => {
      const row = typeof written === 'string' ? { template: written } : written
      const expected: Result = JSON.parse(results[next++] ?? '')
      return { row: { ...row, data: dataOf(row, file.data) }, expected }
    }),
  }))
}

/**
 * What our engine makes of a row, with all fields of the data known beforehand if so asked. Errors that are not its own
 * are thrown.
 */
export function runRow(row: Row, known: FunctionMap = functions, isFolded = false): Result {
  try {
    const data = toValue(row.data ?? null)
    const template = compileTemplate(row.template, {
      name: 'inject',
      functions: row.shadow === true ? shadows : known,
      ...(row.delimiters === undefined ? {} : { delimiters: row.delimiters }),
      ...(row.missingKey === undefined || row.missingKey === 'invalid' ? {} : { missingKey: row.missingKey }),
      known: isFolded ? fieldsOf(data) : undefined,
    })
    return {
      output: row.execute === undefined ? template.execute(data) : template.executeNamed(row.execute, data),
    }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message, phase: error.code }
    throw error
  }
}

/** A string names one of the shared data sets, the first one if there is none. */
function dataOf({ data = 'values' }: Row, shared: JsonMap): Json {
  return typeof data === 'string' && Object.hasOwn(shared, data) ? (shared[data] ?? null) : data
}

function fieldsOf(data: Value): ReadonlyMap<string, Value> | undefined {
  if (isPlainMap(data)) return new Map(Object.entries(data))
  if (!isGoValue(data) || data[goKind] !== 'struct') return undefined
  return new Map(data.fieldNames().map((name) => [name, data.field(name)]))
}
