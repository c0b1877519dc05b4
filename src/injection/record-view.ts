import { goKind, type GoStruct, type Value } from '../gotemplate/index.ts'

/** A Go struct made of values at hand, such as the data that a template is given. */
export class RecordView implements GoStruct {
  readonly goType: string
  readonly #fields: ReadonlyMap<string, Value>

  constructor(goType: string, fields: Readonly<{ [name: string]: Value }>) {
    this.goType = goType
    this.#fields = new Map(Object.entries(fields))
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  field(name: string): Value {
    return this.#fields.get(name)
  }

  fieldNames(): readonly string[] {
    return [...this.#fields.keys()]
  }
}
