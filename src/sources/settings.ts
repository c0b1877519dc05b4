import { exampleConfig, exampleMesh } from '../istio/example.ts'
import { openFileSource } from './files.ts'
import type { SettingsTexts } from './texts.ts'

/** The files that hold the texts of one set of settings; undefined for what there is none of. */
export interface SettingsFiles {
  readonly config: string
  readonly values: string | undefined
  readonly mesh: string | undefined
  readonly proxyConfigs: string | undefined
}

export interface SettingsOptions<T> {
  /** Undefined: the built-in example. */
  readonly files: SettingsFiles | undefined
  readonly compile: (texts: Omit<SettingsTexts, 'istioVersion'>) => T | Promise<T>
  readonly onLoad: (settings: T, generation: number) => void
  readonly onError: (error: unknown) => void
}

export interface SettingsHolder<T> {
  /** The last good settings: one immutable snapshot, to be asked for once a request. */
  readonly current: T
  close(): void
}

const example = { config: exampleConfig, mesh: exampleMesh, values: undefined, proxyConfigs: undefined }

/** Opens one set of settings; those from files follow them. Rejects if the first ones cannot be used. */
export async function openSettings<T>(options: SettingsOptions<T>): Promise<SettingsHolder<T>> {
  const { files, compile, onLoad, onError } = options
  if (files === undefined) {
    const current = await compile(example)
    onLoad(current, 1)
    return { current, close: () => undefined }
  }
  const { config, values, mesh, proxyConfigs } = files
  return openFileSource({
    paths: [config, values, mesh, proxyConfigs].filter((path) => path !== undefined),
    load: (read) =>
      compile({
        config: read(config),
        values: values && read(values),
        mesh: mesh && read(mesh),
        proxyConfigs: proxyConfigs && read(proxyConfigs),
      }),
    onLoad,
    onError,
  })
}
