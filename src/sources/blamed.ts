import { SettingsError } from '../injection/errors.ts'
import type { ConfigMap, Pair } from './config-map.ts'

/** Which ConfigMap of a pair an error is about. */
export interface Blamed {
  readonly name: string
  /** Undefined if it is not there. */
  readonly configMap: ConfigMap | undefined
}

/** The mesh config for what is wrong with it, else the injector's. */
export function blamed(error: unknown, pair: Pair): Blamed {
  const isMesh = error instanceof SettingsError && error.code === 'mesh-invalid'
  return isMesh
    ? { name: pair.meshName, configMap: pair.mesh }
    : { name: pair.injectorName, configMap: pair.injector }
}
