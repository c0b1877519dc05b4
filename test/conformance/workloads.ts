import { read } from '../../src/goyaml/index.ts'
import { isObject, objectAt, type JsonObject } from '../../src/injection/json.ts'
import { kubeInjectCase, kubeInjectErrorCase } from './kube-inject.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'
import type { ConformanceCase, Suite } from './case.ts'
import type { Folder } from './data.ts'
import { withoutSidecar } from './without-sidecar.ts'

interface WorkloadRow {
  readonly tag: string
  readonly expectedError?: string
  readonly injectorConfig: string
  readonly injectorValues: string
  readonly mesh: string
  readonly nativeSidecars?: boolean
}

/** Workloads in, injected workloads out: the rows of a release's own injection tests, by kube-inject. */
export function workloadSuite(root: Folder, tag: string, kind: 'default' | 'options'): Suite {
  const name = `corpus/${tag}/${kind}`
  return { release: tag, name, data: name, cases: () => workloadCases(root, name, '', withoutVersion) }
}

/** The rows of 1.5.0, whose ConfigMap is of another chart than the expected output, without what templates add. */
export function workloadsWithoutSidecar(root: Folder): Suite {
  const name = 'corpus/1.5.0/default'
  return {
    release: '1.5.0',
    name: `${name} (without the sidecar)`,
    data: name,
    cases: () => workloadCases(root, name, '#without-sidecar', withoutSidecar),
  }
}

type Normalise = (output: string) => string

function workloadCases(root: Folder, name: string, part: string, normalise: Normalise): ConformanceCase[] {
  const folder = root.in(name)
  return folder.folders().map((row) => workloadCase(root, `${name}/${row}${part}`, folder.in(row), normalise))
}

function workloadCase(root: Folder, id: string, folder: Folder, normalise: Normalise): ConformanceCase {
  const row: WorkloadRow = folder.json('case.json')
  const configmaps = root.in('corpus/configmaps', row.tag)
  const overrides = folder.optional('mesh-override.json')
  const source: SettingsSource = {
    config: configmaps.text('config'),
    values: folder.optional('values.json') ?? configmaps.optional('values'),
    mesh:
      overrides === undefined
        ? configmaps.text('mesh')
        : overridden(configmaps.text('mesh'), JSON.parse(overrides)),
    istioVersion: row.tag,
    nativeSidecars: row.nativeSidecars,
  }
  if (row.expectedError !== undefined) return kubeInjectErrorCase(id, folder, source, row.expectedError)
  return kubeInjectCase(id, folder, source, normalise)
}

/** The mesh config with some of its fields changed, those of its defaultConfig one by one. */
function overridden(text: string, overrides: JsonObject): string {
  const mesh = read(text)
  const fields = isObject(mesh) ? mesh : {}
  const defaultConfig = { ...objectAt(fields, 'defaultConfig'), ...objectAt(overrides, 'defaultConfig') }
  return JSON.stringify({ ...fields, ...overrides, defaultConfig })
}

/** The status annotation without its `version`, which the tests of Istio take out. */
function withoutVersion(output: string): string {
  return output.replaceAll(/"version":"[^"]*",/g, '')
}
