import { readFileSync } from 'node:fs'
import type { SettingsSource } from '../../src/injection/settings.ts'
import { exampleConfig, exampleMesh } from '../../src/istio/example.ts'
import { sharedData } from '../shared-data.ts'

/** How many mutations, and which: `MUTATIONS=10000 SEED=1`. */
export function runs(usual: number): { mutations: number; seed: number } {
  return { mutations: Number(process.env['MUTATIONS'] ?? usual), seed: Number(process.env['SEED'] ?? 1) }
}

/** The example and the ConfigMaps of a release of each generation, where the shared data is. */
export const sources: readonly (readonly [name: string, SettingsSource])[] = [
  ['the example', { config: exampleConfig, mesh: exampleMesh, values: undefined }],
  ...['1.0.0', '1.5.0', '1.30.3'].flatMap((release): [string, SettingsSource][] => {
    const read = (key: string) => {
      const path = sharedData(`corpus/configmaps/${release}/${key}`)
      return path === undefined ? undefined : readFileSync(path, 'utf8')
    }
    const config = read('config')
    return config === undefined
      ? []
      : [[`Istio ${release}`, { config, mesh: read('mesh'), values: read('values') }]]
  }),
]
