import type { FunctionMap } from '../../gotemplate/index.ts'
import { jsonFunctions } from './json.ts'
import { mapFunctions } from './maps.ts'
import { networkFunctions } from './network.ts'
import type { IstioFunctionOptions } from './options.ts'
import { otelFunctions } from './otel.ts'
import { podFunctions } from './pod.ts'
import { textFunctions } from './text.ts'

export type { IstioFunctionOptions } from './options.ts'

/**
 * The functions that Istio's injector gives its templates, with the meaning they have in one release. Functions
 * that only later releases have are there, too: a template of the release does not use them.
 */
export function istioFunctions(options: IstioFunctionOptions): FunctionMap {
  return new Map([
    ...podFunctions(options),
    ...jsonFunctions(options),
    ...textFunctions(options),
    ...mapFunctions,
    ...networkFunctions(options),
    ...otelFunctions,
  ])
}
