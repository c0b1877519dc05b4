import { load, YAML11_SCHEMA } from 'js-yaml'

/** A value of the chart, as values.yaml says it. */
export interface ChartValue {
  /** `webhooks.timeoutSeconds` */
  readonly path: string
  /** The default, as JSON. */
  readonly value: string
  readonly description: string
}

const keyLine = /^( *)([A-Za-z]+):/
const commentLine = /^ *# (-- )?(.*)$/

/** Every value that has a description: comments right above a key, of which the first begins with `# -- `. */
export function chartValues(text: string): ChartValue[] {
  const defaults = load(text, { schema: YAML11_SCHEMA })
  const rows: ChartValue[] = []
  const path: string[] = []
  let description: string[] = []
  for (const line of text.split('\n')) {
    const [, begins, comment] = commentLine.exec(line) ?? []
    if (comment !== undefined) {
      if (begins !== undefined) description = [comment]
      else if (description.length > 0) description.push(comment)
      continue
    }
    const [, indent, key] = keyLine.exec(line) ?? []
    if (indent !== undefined && key !== undefined) {
      path.splice(indent.length / 2, path.length, key)
      if (description.length > 0) {
        rows.push({
          path: path.join('.'),
          value: JSON.stringify(valueAt(defaults, path)),
          description: description.join(' '),
        })
      }
    }
    description = []
  }
  return rows
}

/** Paths of all values that are no map, or an empty one; each is to have a description. */
export function leavesOf(value: unknown, path: readonly string[] = []): string[] {
  if (!isMap(value) || Object.keys(value).length === 0) return [path.join('.')]
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]))
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((parent, key) => (isMap(parent) ? parent[key] : undefined), value)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
