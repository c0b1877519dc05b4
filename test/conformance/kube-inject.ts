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

/** The rows of Istio 1.0.0's own kube-inject test. */
export function kubeInject10(root: Folder): Suite[] {
  const folder = root.in('corpus/1.0.0/kube-inject')
  const errors = root.in('corpus/1.0.0/kube-inject-errors')
  return [
    {
      name: 'corpus/1.0.0/kube-inject',
      cases: folder.folders().map((name) => {
        const row = folder.in(name)
        const source = {
          config: row.text('injector-config.json'),
          values: undefined,
          mesh: row.text('mesh.json'),
          istioVersion: '1.0.0',
        }
        return kubeInjectCase(`corpus/1.0.0/kube-inject/${name}`, row, source)
      }),
    },
    {
      name: 'corpus/1.0.0/kube-inject-errors',
      cases: errors.folders().map((name) => {
        const row = errors.in(name)
        const config = JSON.stringify({ policy: 'enabled', template: row.text('sidecar-template.txt') })
        const source = { config, values: undefined, mesh: undefined, istioVersion: '1.0.0' }
        const { expectedErrorContainsLowercase: expected } = row.json<{
          expectedErrorContainsLowercase: string
        }>('case.json')
        return kubeInjectErrorCase(`corpus/1.0.0/kube-inject-errors/${name}`, row, source, expected)
      }),
    },
  ]
}

/** BookInfo as the release's own code injected it, by variant of the installation. */
export function bookinfo10(root: Folder): Suite {
  const folder = root.in('releases/istio-1.0.0')
  const manifest = root.in('releases/bookinfo/1.0.0/platform/kube').text('bookinfo.yaml')
  const cases = folder.folders().filter((name) => folder.in(name).has('bookinfo-injected.yaml'))
  return {
    name: 'releases/istio-1.0.0/*/bookinfo-injected.yaml',
    cases: cases.map((name) => ({
      id: `releases/istio-1.0.0/${name}/bookinfo-injected.yaml`,
      run: () => {
        const variant = folder.in(name)
        const settings = settingsOf({
          config: variant.text('inject-config.yaml'),
          values: undefined,
          mesh: variant.text('mesh-config.yaml'),
        })
        return firstDifference(
          kubeInject(settings, manifest, () => {}),
          variant.text('bookinfo-injected.yaml'),
        )
      },
    })),
  }
}
