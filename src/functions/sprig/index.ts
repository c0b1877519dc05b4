import type { FunctionMap } from '../../gotemplate/index.ts'
import { certificateFunctions } from './certificates.ts'
import { dateFunctions } from './dates.ts'
import { dictFunctions } from './dicts.ts'
import { digestFunctions } from './digests.ts'
import { encodingFunctions } from './encoding.ts'
import { environmentFunctions } from './environment.ts'
import { flowFunctions } from './flow.ts'
import { jsonFunctions } from './json.ts'
import { listFunctions } from './lists.ts'
import { numberFunctions } from './numbers.ts'
import type { SprigOptions } from './options.ts'
import { passwordFunctions } from './passwords.ts'
import { pathFunctions } from './paths.ts'
import { randomFunctions } from './random.ts'
import { regexFunctions } from './regex.ts'
import { semverFunctions } from './semver.ts'
import { splitFunctions } from './split.ts'
import { stringFunctions } from './strings.ts'
import type { FunctionTable } from './table.ts'
import { urlFunctions } from './urls.ts'
import { wordFunctions } from './words.ts'

export { SprigError, type SprigErrorCode } from './errors.ts'
export type { SprigOptions } from './options.ts'

/**
 * The functions of Sprig 3.3.0's TxtFuncMap, all 211 names of it: results and errors are Go's. Where we differ on
 * purpose (nothing is changed that belongs to the injector, no keys are made, no host is looked up, results are
 * bounded) it says so at the function.
 */
export function sprigFunctions(options: SprigOptions): FunctionMap {
  return new Map([
    ...stringFunctions,
    ...wordFunctions,
    ...splitFunctions,
    ...listFunctions,
    ...dictFunctions,
    ...numberFunctions,
    ...flowFunctions,
    ...jsonFunctions,
    ...encodingFunctions,
    ...digestFunctions,
    ...pathFunctions,
    ...urlFunctions,
    ...semverFunctions,
    ...certificateFunctions,
    ...regexFunctions(),
    ...volatile(dateFunctions(options)),
    ...volatile(randomFunctions(options)),
    ...volatile(passwordFunctions(options)),
    ...environmentFunctions(options),
  ])
}

/** Functions that time or chance have a say in. */
function volatile(functions: FunctionTable): FunctionTable {
  return functions.map(([name, func]) => [name, { ...func, isVolatile: true }])
}
