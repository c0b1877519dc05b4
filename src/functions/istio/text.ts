import { formatDuration } from '../../golang/duration.ts'
import { toLower } from '../../golang/unicode.ts'
import { goKind, isGoValue, type GoFunction, type GoStruct, type Value } from '../../gotemplate/index.ts'
import { fn } from '../define.ts'
import type { IstioFunctionOptions } from './options.ts'

/** Functions over texts and single values. */
export function textFunctions(options: IstioFunctionOptions): [string, GoFunction][] {
  return [
    ['formatDuration', fn(['interface {}'], (duration) => durationText(duration, options.noDuration))],
    [
      'valueOrDefault',
      fn(['interface {}', 'interface {}'], (value, other) => (isNothing(value) ? other : value)),
    ],
    ['directory', fn(['string'], (path) => path.slice(0, path.lastIndexOf('/') + 1))],
    ['contains', fn(['string', 'string'], (needle, haystack) => haystack.includes(needle))],
    ['toLower', fn(['string'], toLower)],
    ['env', fn(['string', 'string'], (key, other) => options.environment.get(key) || other)],
  ]
}

/** Exactly "" or nil; 0, false and empty maps are values. */
function isNothing(value: Value): boolean {
  return value === '' || value === null || value === undefined
}

/** A protobuf Duration as Go's time.Duration prints it: `1m0s`. */
function durationText(duration: Value, otherwise: string): string {
  if (!isGoValue(duration) || duration[goKind] !== 'struct') return otherwise
  return formatDuration(integerField(duration, 'Seconds') * 1_000_000_000n + integerField(duration, 'Nanos'))
}

function integerField(struct: GoStruct, name: string): bigint {
  const value = struct.field(name)
  return isGoValue(value) && 'scalar' in value && typeof value.scalar === 'bigint' ? value.scalar : 0n
}
