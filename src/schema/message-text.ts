import { compareText } from '../golang/bytes.ts'
import { parseProtoDuration } from '../golang/duration.ts'
import { isList, isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { marshalRaw } from './marshal.ts'
import { isUnset } from './message-write.ts'
import { isGogo, type MessageField, type MessageType, type MessageValueType } from './messages.ts'

/**
 * What a message prints as: protobuf's text form on one line, `config_path:"./etc" drain_duration:{seconds:45}`.
 * golang's library puts one blank or two between fields at random per build, here it is one. Up to 1.13 gogo's
 * library is used, which ends each field with a blank: `drain_duration:<seconds:45 > `.
 */
export function messageText(type: MessageType, message: JsonObject): string {
  const form = isGogo(type.minor) ? gogoForm : golangForm
  return inForm(form, type, message)
}

interface Form {
  readonly open: string
  readonly close: string
  /** What stands between fields, and what behind each one. */
  readonly between: string
  readonly after: string
  readonly quote: (text: string) => string
}

const golangForm: Form = { open: ':{', close: '}', between: ' ', after: '', quote: quoteUnicode }
const gogoForm: Form = { open: ':<', close: '>', between: '', after: ' ', quote: quoteBytes }

function inForm(form: Form, type: MessageType, message: JsonObject): string {
  const texts = type.fields.flatMap((field) => fieldTexts(form, field, message[field.jsonName] ?? null))
  return joined(form, texts)
}

function joined(form: Form, texts: readonly string[]): string {
  return texts.map((text) => text + form.after).join(form.between)
}

function fieldTexts(form: Form, field: MessageField, value: Json): string[] {
  const { name, shape, type } = field
  if (value === null || isUnset(field, value)) return []
  if (isList(value)) return value.map((item) => named(form, name, type, item))
  if (shape !== 'map' || !isObject(value)) return [named(form, name, type, value)]
  return Object.keys(value)
    .sort(compareText)
    .map((key) => {
      const entry = [`key:${form.quote(key)}`, named(form, 'value', type, value[key] ?? null)]
      return name + form.open + joined(form, entry) + form.close
    })
}

function named(form: Form, name: string, type: MessageValueType, value: Json): string {
  const parts = partsOf(form, type, value)
  return parts === undefined
    ? `${name}:${scalarText(form, type, value)}`
    : name + form.open + parts + form.close
}

/** What stands between the braces of a message; undefined for what is none. */
function partsOf(form: Form, type: MessageValueType, value: Json): string | undefined {
  switch (type.kind) {
    case 'message':
      return inForm(form, type, isObject(value) ? value : {})
    case 'duration': {
      const nanoseconds = typeof value === 'string' ? parseProtoDuration(value) : 0n
      const [seconds, nanos] = [nanoseconds / 1_000_000_000n, nanoseconds % 1_000_000_000n]
      const texts = [seconds === 0n ? [] : [`seconds:${seconds}`], nanos === 0n ? [] : [`nanos:${nanos}`]]
      return joined(form, texts.flat())
    }
    case 'wrapper': {
      const isZero = value === 0 || value === false || value === ''
      return joined(form, isZero ? [] : [`value:${scalarText(form, type, value)}`])
    }
  }
  return undefined
}

/** Enums are written by name; long integers, which JSON has as text, as numbers. */
function scalarText(form: Form, type: MessageValueType, value: Json): string {
  if (typeof value !== 'string' || type.kind === 'enum') {
    return typeof value === 'string' ? value : marshalRaw(value)
  }
  return 'scalar' in type && type.scalar !== 'string' ? value : form.quote(value)
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

function quoteUnicode(text: string): string {
  // eslint-disable-next-line no-control-regex
  const escaped = text.replaceAll(/["\\\u0000-\u001F\u007F-\u009F]/g, (char) => {
    const code = char.codePointAt(0) ?? 0
    const hex = code.toString(16)
    return shortEscapes[char] ?? (code < 0x80 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
  })
  return `"${escaped}"`
}

function quoteBytes(text: string): string {
  const chars = Array.from(Buffer.from(text), (byte) => {
    const char = String.fromCodePoint(byte)
    if (byte >= 0x20 && byte < 0x7f) return shortEscapes[char] ?? char
    return shortEscapes[char] ?? `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `"${chars.join('')}"`
}
