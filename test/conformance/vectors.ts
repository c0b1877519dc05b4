import { formatDuration, formatProtoDuration, parseDuration } from '../../src/golang/duration.ts'
import { read, readTyped, write, YamlError, type YamlTarget } from '../../src/goyaml/index.ts'
import { inject } from '../../src/injection/inject.ts'
import { isObject, type Json, type JsonObject } from '../../src/injection/json.ts'
import { canonicalQuantity, quantityError } from '../../src/kubernetes/quantity.ts'
import { decode, marshal, podType, SchemaError, strategicMerge } from '../../src/schema/index.ts'
import { sprigFunctions } from '../../src/functions/sprig/index.ts'
import { vectorRenderer, type TemplateVector, type VectorData } from '../functions/vector-renderer.ts'
import { firstDifference, type ConformanceCase, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'

/** Small questions that the running injector of Istio 1.30.3 answered, a file each. */
export function vectorSuites(root: Folder): Suite[] {
  const folder = root.in('vectors')
  const suite = (
    file: string,
    cases: (folder: Folder, name: string) => readonly ConformanceCase[],
  ): Suite => ({
    release: '1.30.3',
    name: `vectors/${file}`,
    data: `vectors/${file}`,
    cases: () => cases(folder, `vectors/${file}`),
  })
  return [
    suite('go-template-vectors.json', templates),
    suite('strategic-merge-vectors.json', merges),
    suite('yaml-parse-scalars.json', scalarsRead),
    suite('yaml-marshal-strings.json', stringsWritten),
    suite('quantities.json', quantities),
    suite('durations.json', durations),
    suite('inject-required.json', decisions),
    suite('sprig-txtfuncmap-names.json', sprigNames),
  ]
}

function fileOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

/** A file's rows, as JSON.parse gives them: of the type that their comparison takes. */
function rowsOf(folder: Folder, name: string): ReturnType<typeof JSON.parse> {
  return folder.json(fileOf(name))
}

function casesOf<T>(
  rows: readonly T[],
  name: string,
  comparison: (row: T) => string | undefined,
): ConformanceCase[] {
  return rows.map((row, index) => ({ id: `${name}#${index}`, run: () => comparison(row) }))
}

function templates(folder: Folder, name: string): ConformanceCase[] {
  const data: VectorData = folder.json('go-template-vectors.data.json')
  const render = vectorRenderer(data)
  return casesOf(rowsOf(folder, name), name, ({ template, output, error }: TemplateVector) => {
    const got = render(template)
    return firstDifference(got.error ?? got.output, error ?? output)
  })
}

interface Merge {
  readonly Target: string
  readonly Overlay: string
  readonly Result: string
  readonly Err: string
}

function merges(folder: Folder, name: string): ConformanceCase[] {
  return casesOf(rowsOf(folder, name), name, ({ Target, Overlay, Result, Err }: Merge) => {
    const want = Err === '' ? Result : Err.replace(/^(?:strategic merge|unmarshal patched pod): /, '')
    return firstDifference(
      outputOf(() => merged(Target, read(Overlay)), SchemaError),
      want,
    )
  })
}

function merged(target: string, overlay: Json): string {
  const patch = overlay === null || isObject(overlay) ? decode(podType, overlay, { patch: true }) : overlay
  return marshal(podType, strategicMerge(podType, JSON.parse(target), patch))
}

interface Scalar {
  readonly yaml: string
  readonly json: string
  readonly error?: string
  /** What a list of strings has of it: `typed-string:15001`. */
  readonly asContainerArgErr: string
}

const texts: YamlTarget = { kind: 'map', element: { kind: 'string' } }

function scalarsRead(folder: Folder, name: string): ConformanceCase[] {
  return casesOf(rowsOf(folder, name), name, ({ yaml, json, error, asContainerArgErr }: Scalar) => {
    const got = outputOf(() => JSON.stringify(read(yaml)), YamlError)
    // JavaScript writes some numbers otherwise: what they are counts.
    const untyped = firstDifference(got, error ?? JSON.stringify(JSON.parse(json)))
    const typed = /^typed-string:(.*)$/s.exec(asContainerArgErr)?.[1]
    if (untyped !== undefined || typed === undefined) return untyped
    // The decoder makes "" of null.
    const text = JSON.stringify(readTyped(yaml, texts)).replace('null', '""')
    return firstDifference(text, JSON.stringify({ v: typed }))
  })
}

interface Written {
  readonly string: string
  readonly toYaml: string
  readonly asMapValue: string
  readonly asMapKey: string
}

function stringsWritten(folder: Folder, name: string): ConformanceCase[] {
  return casesOf(rowsOf(folder, name), name, ({ string, toYaml, asMapValue, asMapKey }: Written) => {
    const key = Object.fromEntries([[string, 'v']])
    const got = [string, { k: string }, key].map((value) => write(value)).join('')
    return firstDifference(got, toYaml + asMapValue + asMapKey)
  })
}

interface Answered {
  readonly In: string
  readonly Err: string
}

function quantities(folder: Folder, name: string): ConformanceCase[] {
  return casesOf(rowsOf(folder, name), name, ({ In, Out, Err }: Answered & { readonly Out: string }) =>
    firstDifference(quantityError(In) ?? `"${canonicalQuantity(In)}"`, Err || Out),
  )
}

function durations(folder: Folder, name: string): ConformanceCase[] {
  return casesOf(
    rowsOf(folder, name),
    name,
    ({ In, Go, JSON: message }: Answered & { readonly Go: string; readonly JSON: string }) => {
      const nanoseconds = parseDuration(In)
      const written = `"drainDuration":"${formatProtoDuration(nanoseconds)}"`
      if (!message.includes(written)) return `${In}: got ${written}, want one of ${message}`
      return firstDifference(formatDuration(nanoseconds), Go)
    },
  )
}

interface Required {
  readonly config: JsonObject
  readonly meta: JsonObject
  readonly podSpec: JsonObject
  readonly want: boolean
}

/** Their configs have no template: a pod that passes through is one that would not be injected. */
function decisions(folder: Folder, name: string): ConformanceCase[] {
  return casesOf(rowsOf(folder, name), name, ({ config, meta, podSpec, want }: Required) => {
    const source = {
      config: JSON.stringify({
        ...config,
        templates: { sidecar: 'spec: {}' },
        defaultTemplates: ['sidecar'],
      }),
      values: '{}',
      mesh: undefined,
      istioVersion: '1.30.3',
    }
    const outcome = inject(settingsOf(source), {
      pod: { metadata: meta, spec: podSpec },
      namespace: '',
      path: '',
    })
    return outcome.kind === (want ? 'injected' : 'skipped')
      ? undefined
      : `${outcome.kind}, want inject ${want}`
  })
}

function sprigNames(folder: Folder, name: string): ConformanceCase[] {
  const known = sprigFunctions({
    now: () => 0n,
    random: (count) => new Uint8Array(count),
    environment: new Map(),
  })
  return casesOf(rowsOf(folder, name), name, (wanted: string) =>
    known.has(wanted) ? undefined : `no function ${wanted}`,
  )
}

/** The text, or the message of an error of that class. */
function outputOf(make: () => string, errors: new (...args: never[]) => Error): string {
  try {
    return make()
  } catch (error) {
    if (error instanceof errors) return error.message
    throw error
  }
}
