import { parseProtoDuration } from '../golang/duration.ts'
import { quote } from '../golang/quote.ts'
import type { Json, JsonObject } from './json.ts'
import { isList, isObject } from './json.ts'
import { marshalRaw } from './marshal.ts'
import { isUnset } from './message-write.ts'
import type { MessageField, MessageType, MessageValueType } from './messages.ts'

/**
 * What a message prints as: protobuf's text form on one line, `config_path:"./etc" drain_duration:{seconds:45}`.
 * golang's library puts one blank or two between fields at random per build, here it is one.
 */
export function messageText(type: MessageType, message: JsonObject): string {
  return type.fields.flatMap((field) => fieldTexts(field, message[field.jsonName] ?? null)).join(' ')
}

function fieldTexts(field: MessageField, value: Json): string[] {
  if (value === null || isUnset(field, value)) return []
  if (isList(value)) return value.map((item) => fieldText(field, item))
  if (field.shape !== 'map' || !isObject(value)) return [fieldText(field, value)]
  const keys = Object.keys(value).sort()
  return keys.map((key) => {
    const entry = valueText(field.type, value[key] ?? null)
    return `${field.name}:{key:${quote(key)} ${field.type.kind === 'message' ? `value:{${entry}}` : `value:${entry}`}}`
  })
}

function fieldText({ name, type }: MessageField, value: Json): string {
  const text = valueText(type, value)
  const isMessage = type.kind === 'message' || type.kind === 'duration' || type.kind === 'wrapper'
  return isMessage ? `${name}:{${text}}` : `${name}:${text}`
}

function valueText(type: MessageValueType, value: Json): string {
  switch (type.kind) {
    case 'message':
      return messageText(type, isObject(value) ? value : {})
    case 'duration': {
      const nanoseconds = typeof value === 'string' ? parseProtoDuration(value) : 0n
      const seconds = nanoseconds / 1_000_000_000n
      const nanos = nanoseconds % 1_000_000_000n
      return `${seconds === 0n ? '' : `seconds:${seconds}`}${nanos === 0n ? '' : ` nanos:${nanos}`}`.trim()
    }
    case 'wrapper':
      return value === 0 || value === false || value === '' ? '' : `value:${scalarText(value)}`
    case 'enum':
      return typeof value === 'string' ? value : scalarText(value)
  }
  return scalarText(value)
}

function scalarText(value: Json): string {
  return typeof value === 'string' ? quote(value) : marshalRaw(value)
}
