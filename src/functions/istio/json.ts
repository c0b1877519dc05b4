import { parseJson } from '../../golang/parse-json.ts'
import { write } from '../../goyaml/index.ts'
import { type GoFunction, type GoMap, TextLimitError, type Value } from '../../gotemplate/index.ts'
import { isObject, marshalMessage, MessageView, type Json, type JsonObject } from '../../schema/index.ts'
import { fn } from '../define.ts'
import { goJson } from '../marshal.ts'
import { measure } from '../sprig/measure.ts'
import type { IstioFunctionOptions } from './options.ts'

/** Functions that write and read JSON and YAML. */
export function jsonFunctions(options: IstioFunctionOptions): [string, GoFunction][] {
  const toJson = fn(['map[string]string'], mapToJson)
  return [
    ['toJSON', toJson],
    ['toJson', toJson],
    ['fromJSON', fn(['string'], fromJson)],
    ['structToJSON', fn(['interface {}'], (value) => (value === null ? '{}' : marshal(value)))],
    ['protoToJSON', fn(['interface {}'], (message) => protoToJson(message, options))],
    ['toYaml', fn(['interface {}'], (value) => toYaml(value, options))],
    ['indent', fn(['int', 'string'], indent)],
  ]
}

function mapToJson(map: GoMap | null): string {
  return map === null || map.isNil ? '{}' : goJson(map)
}

/** Any JSON; a text that is none is the *string* `{}`, as Istio has it. */
function fromJson(text: string): Value {
  try {
    return parseJson(text)
  } catch {
    return '{}'
  }
}

function marshal(value: Value): string {
  measure(value)
  return goJson(value)
}

/** What cannot be written is nothing. */
function toYaml(value: Value, { foldsLines }: IstioFunctionOptions): string {
  try {
    return write(JSON.parse(marshal(value)), { fold: foldsLines })
  } catch (error) {
    if (error instanceof TextLimitError) throw error
    return ''
  }
}

/** Indents every line but the first, unlike Sprig's function of that name. */
function indent(spaces: bigint, text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(Math.max(0, Number(spaces)))}`)
}

/** Fields of a ProxyConfig that are left out where they say what Istio builds in anyway. */
const builtInFields: ReadonlySet<string> = new Set([
  'configPath',
  'binaryPath',
  'serviceCluster',
  'drainDuration',
  'parentShutdownDuration',
  'terminationDrainDuration',
  'discoveryAddress',
  'controlPlaneAuthPolicy',
  'envoyMetricsService',
  'envoyAccessLogService',
  'tracing',
  'proxyAdminPort',
  'statNameLength',
  'statusPort',
  'concurrency',
])

function protoToJson(message: Value, options: IstioFunctionOptions): string {
  if (!(message instanceof MessageView)) return '{}'
  const builtIn = options.builtInProxyConfig
  if (builtIn === undefined || message.goType !== '*v1alpha1.ProxyConfig') return message.protoJson()
  const config = message.plain()
  if (!isObject(config)) return '{}'
  return marshalMessage(options.proxyConfigType, withoutBuiltIn(config, builtIn))
}

function withoutBuiltIn(config: JsonObject, builtIn: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).filter(
      ([field, value]) => !builtInFields.has(field) || !same(value, builtIn[field]),
    ),
  )
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  return JSON.stringify(a) === JSON.stringify(b)
}
