import type { Json } from '../golang/json-value.ts'
import { isEmptyScalar, zeroScalar } from './scalars.ts'
import { holdsIn, readRow, type RowWords } from './tables/rows.ts'
import type {
  EmbeddedStruct,
  Field,
  MapType,
  Member,
  ScalarBase,
  ScalarType,
  StructType,
  Type,
} from './types.ts'
import { foldName } from './types.ts'

/** Finds a type by Go's spelling: `v1.Pod`, `[]v1.Container`, `map[string]string`. */
export type FindType = (goName: string) => Type

const bases: Readonly<Record<string, ScalarBase>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  'resource.Quantity': 'quantity',
  'v1.Time': 'time',
  'intstr.IntOrString': 'intOrString',
  'runtime.RawExtension': 'raw',
  'v1.FieldsV1': 'raw',
  'v1.Fields': 'raw',
}

const mapName = /^map\[([^\]]+)\](.+)$/

/** The scalar of that name, or undefined if it is no built-in one. */
function scalarNamed(goName: string): ScalarType | undefined {
  const base = bases[goName]
  return base === undefined ? undefined : { kind: 'scalar', goName, base }
}

/** A scalar, slice or map by Go's spelling; undefined for a name that has to be looked up. */
export function composedType(goName: string, find: FindType): Type | undefined {
  if (goName.startsWith('[]')) return { kind: 'slice', goName, element: find(goName.slice(2)) }
  const match = mapName.exec(goName)
  if (match === null) return scalarNamed(goName)
  return mapType(goName, find(match[1] ?? ''), find(match[2] ?? ''))
}

function mapType(goName: string, key: Type, element: Type): MapType {
  if (key.kind !== 'scalar') throw new TypeError(`${goName} has no scalar keys`)
  return { kind: 'map', goName, key, element }
}

/** The same type by another name: `v1.Protocol` for string, `v1.ResourceList` for its map. */
export function renamed(type: Type, goName: string): Type {
  return { ...type, goName }
}

/**
 * A struct type from its rows, `GoName jsonName type flags`: those that hold in the given minor of Kubernetes.
 * The JSON name `-` marks an embedded struct.
 */
export function structType(
  goName: string,
  rows: readonly string[],
  minor: number,
  find: FindType,
): StructType {
  const held = rows.map((row) => readRow(row, 3)).filter((row) => holdsIn(row, minor))
  const members = held.map((row) => member(row, find))
  const fields = members.flatMap((each) => (each.embedded ? promotedFields(each) : [each]))
  const promoted = members.flatMap((each) => (each.embedded ? each.type.members : []))
  return {
    kind: 'struct',
    goName,
    shortName: goName.slice(goName.indexOf('.') + 1),
    minor,
    members,
    numbered: byNumber(members, held),
    fields,
    byJsonName: new Map(fields.map((field) => [field.jsonName, field])),
    byFoldedName: new Map(fields.map((field) => [foldName(field.jsonName), field])),
    byGoName: new Map([...promoted, ...members].map((each) => [each.goName, each])),
  }
}

/** Rows have a number where these do not follow the declaration; TypeMeta, which has none at all, is not printed. */
function byNumber(members: readonly Member[], rows: readonly RowWords[]): readonly Member[] {
  const numbers = rows.map((row, index) => Number(row.options.get('n') ?? index))
  return members
    .map((each, index) => ({ each, number: numbers[index] ?? 0 }))
    .filter(({ each }) => each.goName !== 'TypeMeta')
    .sort((a, b) => a.number - b.number)
    .map(({ each }) => each)
}

function promotedFields({ goName, type }: EmbeddedStruct): readonly Field[] {
  return type.fields.map((field) => ({ ...field, path: `${goName}.${field.path}` }))
}

function member(row: RowWords, find: FindType): Member {
  const [goName = '', jsonName = '', typeName = ''] = row.words
  if (jsonName !== '-') return field(goName, jsonName, typeName, row, find)
  const type = find(typeName)
  if (type.kind !== 'struct') throw new TypeError(`${goName} embeds ${typeName}, which is no struct`)
  return { embedded: true, goName, type }
}

function field(goName: string, jsonName: string, typeName: string, row: RowWords, find: FindType): Field {
  const pointer = typeName.startsWith('*')
  const type = find(pointer ? typeName.slice(1) : typeName)
  const omitEmpty = row.flags.has('omitempty')
  const omitZero = row.flags.has('omitzero')
  return {
    embedded: false,
    goName,
    jsonName,
    path: jsonName,
    prefix: `"${jsonName}":`,
    type,
    pointer,
    omitEmpty,
    omitZero,
    absent: omitZero ? undefined : absentValue(type, pointer, omitEmpty),
    patchStrategy: row.flags.has('merge') ? 'merge' : row.flags.has('replace') ? 'replace' : undefined,
    patchMergeKey: row.options.get('key'),
  }
}

const emptyObject: Json = Object.freeze({})

function absentValue(type: Type, pointer: boolean, omitEmpty: boolean): Json | undefined {
  if (pointer || type.kind === 'slice' || type.kind === 'map') return omitEmpty ? undefined : null
  if (type.kind === 'struct') return emptyObject
  const zero = zeroScalar(type.base)
  return omitEmpty && isEmptyScalar(type.base, zero) ? undefined : zero
}
