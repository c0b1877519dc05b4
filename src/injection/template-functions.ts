import { randomBytes } from 'node:crypto'
import { istioFunctions } from '../functions/istio/index.ts'
import { sprigFunctions } from '../functions/sprig/index.ts'
import type { FunctionMap, GoFunction } from '../gotemplate/index.ts'
import type { SettingsParts } from './settings-parts.ts'

/** What templates are compiled with. */
export type RenderOptions = Pick<SettingsParts, 'traits' | 'mesh' | 'environment' | 'now'>

/** Istio's own functions that hide Sprig's from 1.18 on; before, templates that use the names mean Sprig's. */
const stringMapFunctions = ['omit', 'strdict', 'toJsonMap']

/**
 * The functions of a release's templates, but for `render`: Istio's and, from 1.8, Sprig's beneath them. `onChance`
 * is told whenever a function answers what the next call will not: the time, or chance.
 */
export function templateFunctions(options: RenderOptions, onChance: () => void): Map<string, GoFunction> {
  const { functions } = options.traits
  const istio = istioFunctionsOf(options)
  if (!functions.sprig) return istio
  if (!functions.stringMaps) stringMapFunctions.forEach((name) => istio.delete(name))
  if (functions.toJson === 'sprig') istio.delete('toJson')
  return new Map([...sprigFunctionsOf(options, onChance), ...istio])
}

function istioFunctionsOf({ traits, mesh, environment }: RenderOptions): Map<string, GoFunction> {
  return new Map(
    istioFunctions({
      noDuration: traits.functions.noDuration,
      foldsLines: traits.foldsLines,
      countsAllPorts: traits.functions.countsAllPorts,
      multusNamespaces: traits.functions.multusNamespaces,
      proxyConfigType: mesh.proxyType,
      builtInProxyConfig: traits.functions.omitsBuiltIn ? mesh.builtIn : undefined,
      environment,
    }),
  )
}

function sprigFunctionsOf({ environment, now }: RenderOptions, onChance: () => void): FunctionMap {
  return sprigFunctions({
    now: () => {
      onChance()
      return BigInt(now()) * 1_000_000n
    },
    random: (count) => {
      onChance()
      return randomBytes(count)
    },
    environment,
  })
}
