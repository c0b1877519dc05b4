import { inject } from '../../src/injection/inject.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'
import { kubeInject } from '../../src/manifests/kube-inject.ts'
import { firstDifference, type ConformanceCase, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'
import { patched } from './generated.ts'
import { kubeInjectErrorCase } from './kube-inject.ts'
import { normalisedText } from './normalise.ts'

interface Row {
  readonly expectedError: string
  readonly openshift: boolean
  readonly injectorConfig: string
  readonly injectorValues: string
  readonly meshEffective: string
  readonly nativeSidecarsEffective: boolean
  readonly kubeInjectRevision: string
  readonly webhookRevision: string
  readonly kubeInject: { readonly run: boolean }
  readonly webhookParts?: readonly {
    readonly part: number
    readonly requestNamespace: string
    readonly allowed: boolean
  }[]
}

/** What OpenShift gave the namespace of those rows. */
const openShiftNamespace = {
  'openshift.io/sa.scc.uid-range': '1000620000/10000',
  'openshift.io/sa.scc.supplemental-groups': '1000620000/10000',
}

const release = '1.30.3'
const place = `corpus/${release}`

/** The whole table of 1.30.3's own injection tests: by kube-inject, and pod by pod by the webhook. */
export function latestSuites(root: Folder): Suite[] {
  const suite = (name: string, casesOf: typeof webhookCases): Suite => ({
    release,
    name: `${place} (${name})`,
    data: place,
    cases: () =>
      ['injection', 'injection-old-nodes'].flatMap((table) => {
        const folder = root.in(place, table)
        return folder
          .folders()
          .flatMap((row) => casesOf(root.in(place), `${place}/${table}/${row}`, folder.in(row)))
      }),
  })
  return [suite('kube-inject', manualCase), suite('webhook', webhookCases)]
}

function rowOf(folder: Folder): Row {
  return folder.json('case.json')
}

function podOf(files: Folder): JsonObject {
  return files.json('request.object.json')
}

function sourceOf(shared: Folder, row: Row, revision: string): SettingsSource {
  return {
    config: shared.text(row.injectorConfig),
    values: shared.text(row.injectorValues),
    mesh: shared.text(row.meshEffective),
    istioVersion: release,
    nativeSidecars: row.nativeSidecarsEffective,
    revision,
    environment: new Map(row.openshift ? [['PLATFORM', 'openshift']] : []),
  }
}

function manualCase(shared: Folder, id: string, folder: Folder): ConformanceCase[] {
  const row = rowOf(folder)
  const source = sourceOf(shared, row, row.kubeInjectRevision)
  if (row.expectedError !== '') return [kubeInjectErrorCase(id, folder, source, row.expectedError)]
  if (!row.kubeInject.run) return []
  return [
    {
      id,
      run: () => {
        const got = kubeInject(settingsOf(source), folder.text('input.yaml'), () => {})
        return firstDifference(got, folder.in('kube-inject').text('actual.yaml'))
      },
    },
  ]
}

function webhookCases(shared: Folder, id: string, folder: Folder): ConformanceCase[] {
  const row = rowOf(folder)
  const source = sourceOf(shared, row, row.webhookRevision)
  return (row.webhookParts ?? []).map(({ part, requestNamespace, allowed }) => ({
    id: `${id}#${part}`,
    run: () => {
      const files = folder.in('webhook', `part-${part}`)
      const pod = podOf(files)
      const namespaceAnnotations = row.openshift ? openShiftNamespace : {}
      const outcome = inject(settingsOf(source), {
        pod,
        namespace: requestNamespace,
        path: '',
        namespaceAnnotations,
      })
      if (outcome.kind === 'failed') return allowed ? outcome.error.message : undefined
      const got = outcome.kind === 'injected' ? patched(pod, outcome.patch) : pod
      return firstDifference(
        normalisedText(got),
        normalisedText(files.has('patched.pod.json') ? files.json('patched.pod.json') : pod),
      )
    },
  }))
}
