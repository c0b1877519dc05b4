import type { YamlTarget } from '../../src/goyaml/index.ts'

const text: YamlTarget = { kind: 'string' }
const texts: YamlTarget = { kind: 'slice', element: text }
const other: YamlTarget = { kind: 'other' }

/** The type `target` of yaml.go; members in any case, as encoding/json fills them. */
export const target: YamlTarget = {
  kind: 'struct',
  field: (key) => fields.get(key.toLowerCase().replace('ſ', 's')),
}

const fields: ReadonlyMap<string, YamlTarget> = new Map([
  ['name', text],
  ['names', texts],
  ['labels', { kind: 'map', element: text }],
  ['lists', { kind: 'map', element: texts }],
  ['count', other],
  ['any', other],
  ['items', { kind: 'slice', element: target }],
  ['child', target],
  ['raw', other],
  ['bool', other],
])
