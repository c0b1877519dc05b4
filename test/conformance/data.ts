import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { compileSettings, type Settings, type SettingsSource } from '../../src/injection/settings.ts'

/** A folder of the shared data. */
export class Folder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  in(...names: string[]): Folder {
    return new Folder(join(this.path, ...names))
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name))
  }

  folders(): string[] {
    if (!existsSync(this.path)) return []
    return readdirSync(this.path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
  }

  text(name: string): string {
    return readFileSync(join(this.path, name), 'utf8')
  }

  /** The text, or undefined where there is no such file. */
  optional(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined
  }

  /** As JSON.parse, of no type: whoever reads a file knows what is in it. */
  json(name: string): ReturnType<typeof JSON.parse> {
    return JSON.parse(this.text(name))
  }

  /** The values of a file of JSON lines, compressed or not. */
  jsonLines(name: string): ReturnType<typeof JSON.parse>[] {
    const bytes = readFileSync(join(this.path, name))
    const text = name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }
}

const compiled = new Map<string, Settings>()

/** Settings by their texts, compiled once. */
export function settingsOf(source: SettingsSource): Settings {
  const key = JSON.stringify({ ...source, environment: [...(source.environment ?? [])] })
  const known = compiled.get(key)
  if (known !== undefined) return known
  const made = compileSettings(source)
  compiled.set(key, made)
  return made
}
