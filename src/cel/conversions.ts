import { DurationError, parseDuration } from '../golang/duration.ts'
import { formatFloat } from '../golang/float.ts'
import { NumError, parseBool, parseFloat, parseInt, parseUint } from '../golang/parse.ts'
import { parseTime, TimeError } from '../golang/time-parse.ts'
import { utc } from '../golang/zone.ts'
import { CelFailure, CelNotKnown } from './errors.ts'
import { durationOf, int, timestamp, uint } from './operators.ts'
import { table } from './table.ts'
import { kindOf, type Value } from './value.ts'

/** Values of one type as those of another. */
export const conversions = table({
  dyn: (value) => value,
  type: (value) => typeOf(value ?? null),
  bool: (value) =>
    typeof value === 'string'
      ? reading(() => parseBool(value))
      : value === true || value === false
        ? value
        : undefined,
  int: (value) => toInt(value ?? null),
  uint: (value) => toUint(value ?? null),
  double: (value) => toDouble(value ?? null),
  string: (value) => toText(value ?? null),
  bytes: (value) =>
    typeof value === 'string' ? { kind: 'bytes', value: Buffer.from(value) } : ofKind(value, 'bytes'),
  duration: (value) =>
    typeof value === 'string' ? durationOf(reading(() => parseDuration(value))) : ofKind(value, 'duration'),
  timestamp: (value) => {
    if (typeof value === 'bigint') return timestamp({ seconds: value, nanos: 0 })
    if (typeof value !== 'string') return ofKind(value, 'timestamp')
    return timestamp(reading(() => parseTime('2006-01-02T15:04:05Z07:00', value, utc)).moment)
  },
})

function ofKind(value: Value | undefined, kind: string): Value | undefined {
  return value !== undefined && kindOf(value) === kind ? value : undefined
}

/** Kinds that have a name of their own; those of Kubernetes are asked for by nobody. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type'].map(
    (name) => [name, name] as const,
  ),
  ['duration', 'google.protobuf.Duration'],
  ['timestamp', 'google.protobuf.Timestamp'],
])

function typeOf(value: Value): Value {
  const name = typeNames.get(kindOf(value))
  if (name === undefined) throw new CelNotKnown(`the type of a ${kindOf(value)} is not known here`)
  return { kind: 'type', value: name }
}

function toInt(value: Value): Value | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'string') return reading(() => parseInt(value, 10, 64))
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw new CelFailure('integer overflow')
    return BigInt(Math.trunc(value))
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind === 'uint') return int(value.value)
  if (value.kind === 'timestamp') return value.value.seconds
  return plain(value)
}

function toUint(value: Value): Value | undefined {
  if (typeof value === 'bigint') return uint(value)
  if (typeof value === 'string') return uint(reading(() => parseUint(value, 10, 64)))
  if (typeof value === 'number') {
    if (!(value >= 0 && value < 2 ** 64)) throw new CelFailure('unsigned integer overflow')
    return uint(BigInt(Math.trunc(value)))
  }
  return ofKind(value, 'uint') ?? plain(value)
}

function toDouble(value: Value): Value | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return reading(() => parseFloat(value, 64))
  return typeof value === 'object' && value?.kind === 'uint' ? Number(value.value) : plain(value)
}

function toText(value: Value): Value | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'number':
      return formatFloat(value, 'g', -1, 64)
  }
  if (value === null) return undefined
  switch (value.kind) {
    case 'uint':
      return String(value.value)
    case 'bytes':
      return utf8(value.value)
    case 'duration':
      return `${formatFloat(Number(value.value / 1_000_000_000n) + Number(value.value % 1_000_000_000n) / 1e9, 'f', -1, 64)}s`
    default:
      return plain(value)
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw new CelFailure('invalid UTF-8 in bytes', { cause: error })
    throw error
  }
}

/** Lists, maps and nothing are of no other type; of what else there is, that is not known here. */
function plain(value: Value): undefined {
  const kind = kindOf(value)
  if (['list', 'map', 'null_type', 'bool', 'type', 'ip', 'cidr'].includes(kind)) return undefined
  throw new CelNotKnown(`a ${kind} cannot be converted here`)
}

function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof NumError || error instanceof DurationError || error instanceof TimeError))
      throw error
    throw new CelFailure(`type conversion error: ${error.message}`, { cause: error })
  }
}
