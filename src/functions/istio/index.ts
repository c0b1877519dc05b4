import type { FunctionMap } from '../../gotemplate/index.ts'
import { jsonFunctions } from './json.ts'
import type { IstioFunctionOptions } from './options.ts'
import { podFunctions } from './pod.ts'
import { textFunctions } from './text.ts'

export type { IstioFunctionOptions } from './options.ts'

/**
 * The functions that Istio's injector gives its templates, with the meaning they have in one release. Functions
 * that only later releases have are there, too: a template of the release does not use them.
 */
export function istioFunctions(options: IstioFunctionOptions): FunctionMap {
  return new Map([...podFunctions(options), ...jsonFunctions(options), ...textFunctions(options)])
}
