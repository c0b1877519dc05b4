import type { Release } from '../istio/release.ts'
import type { Traits } from '../istio/traits.ts'
import type { InjectorConfig } from './config.ts'
import type { Mesh } from './mesh.ts'
import type { ProxyConfigResources } from './proxy-config-resources.ts'
import type { InjectorValues } from './values.ts'

/** Everything that was read and checked, for what is compiled from it. */
export interface SettingsParts {
  readonly release: Release
  readonly traits: Traits
  readonly config: InjectorConfig
  readonly values: InjectorValues
  readonly mesh: Mesh
  readonly resources: ProxyConfigResources
  /** "" for none. */
  readonly revision: string
  /** What `env` reads, and what istiod is told by its environment. */
  readonly environment: ReadonlyMap<string, string>
  /** The clock, for templates that ask for the time: milliseconds since 1970. */
  readonly now: () => number
  /** Sidecars are native unless the pod says otherwise. */
  readonly native: boolean
}
