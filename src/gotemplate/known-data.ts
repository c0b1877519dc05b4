import { goKind, type GoStruct, type Value } from './values.ts'

/** The data of an execution to come, as far as they are known: a struct with those fields only. */
export function knownData(fields: ReadonlyMap<string, Value>): GoStruct {
  return {
    [goKind]: 'struct',
    goType: 'data',
    field: (name) => fields.get(name),
    fieldNames: () => [...fields.keys()],
  }
}
