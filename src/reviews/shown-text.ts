import { write, YamlError } from '../goyaml/index.ts'
import type { Json } from '../injection/json.ts'

/** A value for people: YAML, or JSON where YAML cannot have it (control characters, keys over 1024 characters). */
export function shownText(value: Json): string {
  return yamlOf(value) ?? jsonOf(value)
}

/** Two values to be compared, both in the one form or both in the other. */
export function shownTexts(before: Json, after: Json): readonly [before: string, after: string] {
  const [old, now] = [yamlOf(before), yamlOf(after)]
  return old === undefined || now === undefined ? [jsonOf(before), jsonOf(after)] : [old, now]
}

function yamlOf(value: Json): string | undefined {
  try {
    return write(value)
  } catch (error) {
    if (error instanceof YamlError) return undefined
    throw error
  }
}

function jsonOf(value: Json): string {
  const text = JSON.stringify(value, undefined, 2)
  return `${text.replaceAll(/[\u007f-\u009f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)}\n`
}
