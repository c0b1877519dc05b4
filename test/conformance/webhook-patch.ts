import { inject } from '../../src/injection/inject.ts'
import { read } from '../../src/goyaml/index.ts'
import type { Json } from '../../src/injection/json.ts'
import type { Outcome } from '../../src/injection/outcome.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'
import { firstDifference, type ConformanceCase, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'

const fakeVersion = 'unit-test-fake-version'

/** The rows of Istio's own webhook tests up to 1.8: patches, equal operation by operation. */
export function webhookPatches(root: Folder, tag: string): Suite {
  const name = `corpus/${tag}/webhook-patch`
  const folder = root.in(name)
  return {
    release: tag,
    name,
    data: name,
    cases: () => folder.folders().map((row) => patchCase(`${name}/${row}`, folder.in(row))),
  }
}

interface PatchRow {
  readonly tag: string
  readonly policy: string
  readonly templateFileIsWholeInjectorConfig?: boolean
  readonly values?: string
  readonly requestNamespace?: string
  readonly revision?: string
}

function patchCase(id: string, folder: Folder): ConformanceCase {
  return {
    id,
    run: () => {
      const row: PatchRow = folder.json('case.json')
      const outcome = inject(settingsOf(sourceOf(row, folder)), {
        pod: read(folder.text('input.yaml')),
        namespace: row.requestNamespace ?? '',
        path: '',
      })
      const got = outcome.kind === 'injected' ? outcome.patch : outcome.kind
      const want = JSON.stringify(folder.json('expected.patch.json'))
      return firstDifference(
        got.replaceAll(/(\\"version\\":\\")[0-9a-f]{64}/g, `$1${fakeVersion}`),
        reencoded(want),
      )
    },
  }
}

function sourceOf(row: PatchRow, folder: Folder): SettingsSource {
  const template = folder.text('sidecar-template.txt')
  return {
    config:
      row.templateFileIsWholeInjectorConfig === true
        ? template
        : JSON.stringify({ policy: row.policy, template }),
    values: row.values,
    mesh: folder.optional('mesh.json'),
    istioVersion: row.tag,
    revision: row.revision,
  }
}

/** The text as Go writes it, which escapes `<`, `>` and `&`. */
function reencoded(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')
}

interface OracleRow {
  readonly name: string
  readonly policy: string
  readonly request: { readonly namespace?: string; readonly object?: Json }
  readonly allowed: boolean
  readonly message?: string
  readonly patch?: Json
}

/** Requests that Istio 1.0.0's own webhook answered. */
export function webhookOracle(root: Folder, variant: string): Suite {
  const name = `releases/istio-1.0.0/oracle/webhook-${variant}.json`
  const settings = root.in('releases/istio-1.0.0', variant)
  return {
    release: '1.0.0',
    name,
    data: name,
    cases: () => {
      const rows: readonly OracleRow[] = root.json(name)
      return rows.map((row) => ({ id: `${name}#${row.name}`, run: () => oracleDifference(settings, row) }))
    },
  }
}

function oracleDifference(
  files: Folder,
  { policy, request, allowed, message, patch }: OracleRow,
): string | undefined {
  const config = files.text('inject-config.yaml').replace(/^policy: .*$/m, `policy: ${policy}`)
  const settings = settingsOf({ config, values: undefined, mesh: files.text('mesh-config.yaml') })
  const outcome = inject(settings, { pod: request.object, namespace: request.namespace ?? '', path: '' })
  const got = answerOf(outcome)
  if (!allowed) return firstDifference(got, message ?? '')
  return firstDifference(got, patch === undefined ? 'allowed' : reencoded(JSON.stringify(patch)))
}

function answerOf(outcome: Outcome): string {
  if (outcome.kind === 'injected') return outcome.patch
  return outcome.kind === 'failed' ? outcome.error.message : 'allowed'
}
