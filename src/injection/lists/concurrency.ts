import { valueCeil } from '../../kubernetes/quantity.ts'
import { objectAt, stringAt, stringsAt, type JsonObject } from '../json.ts'

const argument = /^--?concurrency(?:=(.*))?$/

/**
 * From 1.1 to 1.8 the injector tells the sidecar how many worker threads to run, as many as the CPUs of its limit
 * (or else request), unless the template did (spec B.6).
 */
export function withConcurrency(container: JsonObject): JsonObject {
  if (container['name'] !== 'istio-proxy') return container
  const args = stringsAt(container, 'args')
  if (
    args.some(
      (arg, index) => Number(argument.exec(arg)?.[1] ?? (argument.test(arg) ? args[index + 1] : 0)) > 0,
    )
  ) {
    return container
  }
  const resources = objectAt(container, 'resources')
  const cores = coresOf(objectAt(resources, 'limits')) || coresOf(objectAt(resources, 'requests'))
  return cores > 0 ? { ...container, args: [...args, '--concurrency', String(cores)] } : container
}

function coresOf(quantities: JsonObject): number {
  const cpu = stringAt(quantities, 'cpu')
  return cpu === '' ? 0 : Number(valueCeil(cpu))
}
