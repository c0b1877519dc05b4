import { kubeInject } from '../../src/manifests/kube-inject.ts'
import { ManifestError } from '../../src/manifests/errors.ts'
import { firstDifference, type ConformanceCase, type Suite } from './case.ts'
import { settingsOf, type Folder } from './data.ts'
import type { SettingsSource } from '../../src/injection/settings.ts'

/** kube-inject of a folder's input, compared byte by byte with the expected output. */
export function kubeInjectCase(
  id: string,
  folder: Folder,
  source: SettingsSource,
  normalise: (output: string) => string = (output) => output,
): ConformanceCase {
  return {
    id,
    run: () => {
      const got = kubeInject(settingsOf(source), folder.text('input.yaml'), () => {})
      return firstDifference(normalise(got), normalise(folder.text('expected.yaml')))
    },
  }
}

/** kube-inject that must fail with a text that holds `expected`, in any case. */
export function kubeInjectErrorCase(
  id: string,
  folder: Folder,
  source: SettingsSource,
  expected: string,
): ConformanceCase {
  return {
    id,
    run: () => {
      try {
        kubeInject(settingsOf(source), folder.text('input.yaml'), () => {})
        return `no error, want one with ${expected}`
      } catch (error) {
        if (!(error instanceof ManifestError)) throw error
        return error.message.toLowerCase().includes(expected)
          ? undefined
          : `${error.message}, want ${expected}`
      }
    },
  }
}

const release = '1.0.0'

/** The rows of Istio 1.0.0's own kube-inject test, and those that it must refuse. */
export function kubeInject10(root: Folder): Suite[] {
  const suite = (name: string, caseOf: (id: string, row: Folder) => ConformanceCase): Suite => ({
    release,
    name,
    data: name,
    cases: () => {
      const folder = root.in(name)
      return folder.folders().map((row) => caseOf(`${name}/${row}`, folder.in(row)))
    },
  })
  return [
    suite('corpus/1.0.0/kube-inject', injectedRow),
    suite('corpus/1.0.0/kube-inject-errors', refusedRow),
  ]
}

function injectedRow(id: string, row: Folder): ConformanceCase {
  const config = row.text('injector-config.json')
  return kubeInjectCase(id, row, {
    config,
    values: undefined,
    mesh: row.text('mesh.json'),
    istioVersion: release,
  })
}

function refusedRow(id: string, row: Folder): ConformanceCase {
  const config = JSON.stringify({ policy: 'enabled', template: row.text('sidecar-template.txt') })
  const source = { config, values: undefined, mesh: undefined, istioVersion: release }
  const { expectedErrorContainsLowercase: expected }: { expectedErrorContainsLowercase: string } =
    row.json('case.json')
  return kubeInjectErrorCase(id, row, source, expected)
}

const bookinfo = 'releases/bookinfo'

/** BookInfo as the release's own code injected it, by variant of the installation. */
export function bookinfo10(root: Folder): Suite {
  const folder = root.in('releases/istio-1.0.0')
  return {
    release,
    name: 'releases/istio-1.0.0/*/bookinfo-injected.yaml',
    data: bookinfo,
    cases: () =>
      folder
        .folders()
        .filter((name) => folder.in(name).has('bookinfo-injected.yaml'))
        .map((name) => bookinfoCase(root, '1.0.0', name, `${name}/bookinfo-injected.yaml`)),
  }
}

/** The same code with the BookInfo of today, whose Deployments are of apps/v1. */
export function bookinfoOfToday(root: Folder): Suite {
  return {
    release,
    name: 'releases/istio-1.0.0/oracle/bookinfo-1.30.3-injected-*.yaml',
    data: bookinfo,
    cases: () =>
      ['defaults', 'article-C-mtls'].map((name) =>
        bookinfoCase(root, '1.30.3', name, `oracle/bookinfo-1.30.3-injected-${name}.yaml`),
      ),
  }
}

function bookinfoCase(root: Folder, version: string, variant: string, expected: string): ConformanceCase {
  const folder = root.in('releases/istio-1.0.0')
  return {
    id: `releases/istio-1.0.0/${expected}`,
    run: () => {
      const files = folder.in(variant)
      const [config, mesh] = [files.text('inject-config.yaml'), files.text('mesh-config.yaml')]
      const manifest = root.in(bookinfo, version, 'platform/kube').text('bookinfo.yaml')
      const got = kubeInject(settingsOf({ config, values: undefined, mesh }), manifest, () => {})
      return firstDifference(got, folder.text(expected))
    },
  }
}
