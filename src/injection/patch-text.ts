import { marshalText } from '../golang/json.ts'

/** Collects RFC 6902 operations as JSON text; values are JSON text already, so nothing is written out twice. */
export class PatchText {
  #operations = ''

  remove(path: string): void {
    this.#push(`{"op":"remove","path":${marshalText(path)}}`)
  }

  add(path: string, value: string): void {
    this.#push(`{"op":"add","path":${marshalText(path)},"value":${value}}`)
  }

  replace(path: string, value: string): void {
    this.#push(`{"op":"replace","path":${marshalText(path)},"value":${value}}`)
  }

  /** The JSON array. */
  toString(): string {
    return `[${this.#operations}]`
  }

  #push(operation: string): void {
    this.#operations += this.#operations === '' ? operation : `,${operation}`
  }
}

/** A key as one segment of a JSON pointer (RFC 6901). */
export function pointerSegment(key: string): string {
  const escaped = key.includes('~') ? key.replaceAll('~', '~0') : key
  return escaped.includes('/') ? escaped.replaceAll('/', '~1') : escaped
}
