import type { SettingsSource } from '../injection/settings.ts'
import { exampleConfig, exampleMesh } from '../istio/example.ts'
import { openFileSource } from './files.ts'

/** The files that hold the texts of the ConfigMaps' keys. */
export interface SettingsFiles {
  /** Key `config` of istio-sidecar-injector. */
  readonly config: string
  /** Key `mesh` of istio. */
  readonly mesh: string | undefined
  /** Key `values` of istio-sidecar-injector, from Istio 1.2. */
  readonly values: string | undefined
}

/** The texts of a {@link SettingsSource}. */
export type SettingsTexts = Pick<SettingsSource, 'config' | 'mesh' | 'values'>

export interface SettingsOptions<T> {
  /** Undefined: the built-in example. */
  readonly files: SettingsFiles | undefined
  readonly compile: (texts: SettingsTexts) => T
  readonly onLoad: (settings: T, generation: number) => void
  readonly onError: (error: unknown) => void
}

export interface SettingsHolder<T> {
  /** The last good settings: one immutable snapshot, to be asked for once a request. */
  readonly current: T
  close(): void
}

/** Opens the settings; those from files follow them. Rejects if the first ones cannot be used. */
export async function openSettings<T>(options: SettingsOptions<T>): Promise<SettingsHolder<T>> {
  const { files, compile, onLoad, onError } = options
  if (files === undefined) {
    const current = compile({ config: exampleConfig, mesh: exampleMesh, values: undefined })
    onLoad(current, 1)
    return { current, close: () => undefined }
  }
  const { config, mesh, values } = files
  return openFileSource({
    paths: [config, mesh, values].filter((path) => path !== undefined),
    load: (read) =>
      compile({ config: read(config), mesh: mesh && read(mesh), values: values && read(values) }),
    onLoad,
    onError,
  })
}
