import { inject } from '../../src/injection/inject.ts'
import { read } from '../../src/goyaml/index.ts'
import type { Json } from '../../src/injection/json.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'
import { firstDifference, type ConformanceCase, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'

const fakeVersion = 'unit-test-fake-version'

/** The rows of Istio's own webhook tests up to 1.8: patches, equal operation by operation. */
export function webhookPatches(root: Folder, tag: string): Suite {
  const name = `corpus/${tag}/webhook-patch`
  const folder = root.in(name)
  return { name, cases: folder.folders().map((row) => patchCase(`${name}/${row}`, folder.in(row))) }
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
      const row = folder.json<PatchRow>('case.json')
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
  const folder = root.in('releases/istio-1.0.0')
  const name = `releases/istio-1.0.0/oracle/webhook-${variant}.json`
  const settings = root.in('releases/istio-1.0.0', variant)
  return {
    name,
    cases: folder.json<OracleRow[]>(`oracle/webhook-${variant}.json`).map((row) => ({
      id: `${name}#${row.name}`,
      run: () => {
        const config = settings.text('inject-config.yaml').replace(/^policy: .*$/m, `policy: ${row.policy}`)
        const outcome = inject(
          settingsOf({ config, values: undefined, mesh: settings.text('mesh-config.yaml') }),
          { pod: row.request.object, namespace: row.request.namespace ?? '', path: '' },
        )
        const got =
          outcome.kind === 'injected'
            ? outcome.patch
            : outcome.kind === 'failed'
              ? outcome.error.message
              : 'allowed'
        const want = row.allowed
          ? row.patch === undefined
            ? 'allowed'
            : JSON.stringify(row.patch)
          : (row.message ?? '')
        return firstDifference(got, row.patch === undefined ? want : reencoded(want))
      },
    })),
  }
}
