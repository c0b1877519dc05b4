import { holdsIn, readRow, type RowWords, type StructRows } from './tables/rows.ts'
import { meshEnums, meshMessages, newestIstio } from './tables/mesh.ts'

/** A protobuf message of Istio's API as one of its minor releases declares it. */
export interface MessageType {
  readonly kind: 'message'
  /** As in Go, without the star: `v1alpha1.ProxyConfig`. */
  readonly goName: string
  /** As in the .proto file: `istio.mesh.v1alpha1.ProxyConfig`. */
  readonly fullName: string
  /** The Istio minor whose fields these are. */
  readonly minor: number
  /** In the order of declaration, which is the order in JSON. */
  readonly fields: readonly MessageField[]
  readonly byGoName: ReadonlyMap<string, MessageField>
  /** By the JSON name and by the name in the .proto file. */
  readonly byName: ReadonlyMap<string, MessageField>
}

export interface EnumType {
  readonly kind: 'enum'
  readonly minor: number
  readonly goName: string
  readonly fullName: string
  readonly numbers: ReadonlyMap<string, number>
  /** Of two names of one number the first. */
  readonly names: ReadonlyMap<number, string>
}

export type MessageScalar = 'string' | 'bool' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'double'

/** A google.protobuf.BoolValue and the like: a scalar that knows whether it was set; in JSON the scalar alone. */
export interface WrapperType {
  readonly kind: 'wrapper'
  /** `BoolValue`. */
  readonly name: string
  readonly scalar: MessageScalar
}

export type MessageValueType =
  | MessageType
  | EnumType
  | WrapperType
  | { readonly kind: 'scalar'; readonly scalar: MessageScalar }
  /** A google.protobuf.Duration. */
  | { readonly kind: 'duration' }
  /** A google.protobuf.Struct, or a message that the tables do not have: any JSON. */
  | { readonly kind: 'any' }

export interface MessageField {
  /** `proxy_admin_port`. */
  readonly name: string
  /** `proxyAdminPort`. */
  readonly jsonName: string
  /** `ProxyAdminPort`. */
  readonly goName: string
  /** The JSON name as text with its colon. */
  readonly prefix: string
  readonly shape: 'single' | 'list' | 'map'
  /** The type of the value, of an item or of a map's value. */
  readonly type: MessageValueType
  /** The oneof of which it is a member. */
  readonly oneof: string | undefined
}

const linked = new Map<number, Map<string, MessageType | EnumType>>()

/** `v1alpha1.MeshConfig` as a minor of Istio declares it. Default: the newest that the tables know. */
export function meshConfigType(minor: number = newestIstio): MessageType {
  return messageNamed('v1alpha1.MeshConfig', minor)
}

/** `v1alpha1.ProxyConfig` as a minor of Istio declares it. Default: the newest that the tables know. */
export function proxyConfigType(minor: number = newestIstio): MessageType {
  return messageNamed('v1alpha1.ProxyConfig', minor)
}

/** Istio used gogo's protobuf up to 1.13, which has packages, printed forms and error texts of its own. */
export function isGogo(minor: number): boolean {
  return minor <= 13
}

/** A message by its Go name; the same object each time. Throws TypeError for a name that the tables lack. */
export function messageNamed(goName: string, minor: number = newestIstio): MessageType {
  const type = declared(goName, minor)
  if (type?.kind !== 'message') throw new TypeError(`no message ${goName}`)
  return type
}

function declared(goName: string, minor: number): MessageType | EnumType | undefined {
  let types = linked.get(minor)
  if (types === undefined) linked.set(minor, (types = new Map()))
  const known = types.get(goName)
  if (known !== undefined) return known
  const made = makeMessage(goName, minor) ?? makeEnum(goName, minor)
  if (made !== undefined) types.set(goName, made)
  return made
}

function makeMessage(goName: string, minor: number): MessageType | undefined {
  const rows = rowsOf(meshMessages, goName, 2, minor)
  if (rows === undefined) return undefined
  const fields = rows.map((row) => makeField(row, minor))
  return {
    kind: 'message',
    goName,
    fullName: fullName(goName),
    minor,
    fields,
    byGoName: new Map(fields.map((field) => [field.goName, field])),
    byName: new Map(
      fields.flatMap((field) => [field.name, field.jsonName].map((name) => [name, field] as const)),
    ),
  }
}

function makeEnum(goName: string, minor: number): EnumType | undefined {
  const rows = rowsOf(meshEnums, goName, 1, minor)
  if (rows === undefined) return undefined
  const values = rows.map(({ words: [value = ''] }): [string, number] => {
    const [name = '', number = ''] = value.split('=')
    return [name, Number(number)]
  })
  const names = new Map(values.toReversed().map(([name, number]) => [number, name]))
  return { kind: 'enum', minor, goName, fullName: fullName(goName), numbers: new Map(values), names }
}

function rowsOf(
  table: StructRows,
  goName: string,
  words: number,
  minor: number,
): readonly RowWords[] | undefined {
  if (!Object.hasOwn(table, goName)) return undefined
  return table[goName]?.map((row) => readRow(row, words)).filter((row) => holdsIn(row, minor))
}

const mapWord = /^map<[^,]+,(.+)>$/

function makeField(row: RowWords, minor: number): MessageField {
  const [word = '', name = ''] = row.words
  const isList = word.startsWith('[]')
  const mapValue = mapWord.exec(word)?.[1]
  const jsonName = row.options.get('json') ?? camelCase(name)
  return {
    name,
    jsonName,
    goName: goCamelCase(name),
    prefix: `"${jsonName}":`,
    shape: isList ? 'list' : mapValue === undefined ? 'single' : 'map',
    type: valueType(mapValue ?? (isList ? word.slice('[]'.length) : word), minor),
    oneof: row.options.get('oneof'),
  }
}

const scalars: ReadonlySet<string> = new Set<MessageScalar>([
  'string',
  'bool',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'double',
])

function isScalar(word: string): word is MessageScalar {
  return scalars.has(word)
}

function valueType(word: string, minor: number): MessageValueType {
  if (isScalar(word)) return { kind: 'scalar', scalar: word }
  if (word === 'Duration') return { kind: 'duration' }
  const wrapped = word.endsWith('Value') ? word.slice(0, -'Value'.length).toLowerCase() : ''
  if (isScalar(wrapped)) return { kind: 'wrapper', name: word, scalar: wrapped }
  return declared(word, minor) ?? { kind: 'any' }
}

const protoPackages: Readonly<Record<string, string>> = {
  v1alpha1: 'istio.mesh.v1alpha1',
  v1alpha3: 'istio.networking.v1alpha3',
  v1beta1: 'istio.networking.v1beta1',
}

function fullName(goName: string): string {
  const [goPackage = '', name = ''] = goName.split('.')
  return `${protoPackages[goPackage] ?? goPackage}.${name.replaceAll('_', '.')}`
}

/** The name that protobuf derives for JSON: config_path is configPath. */
function camelCase(name: string): string {
  return name.replace(/_([a-z]?)/g, (_, letter: string) => letter.toUpperCase())
}

/** The name that protobuf's generator gives a Go field: k8s_sa_jwt_path is K8SSaJwtPath. */
function goCamelCase(name: string): string {
  return name
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/(^|\d)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}
