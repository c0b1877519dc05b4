import { goKind, type GoStruct, type Value } from '../gotemplate/index.ts'

/** A Go struct made of values at hand, such as the data that a template is given. */
export class RecordView implements GoStruct {
  readonly goType: string
  readonly #fields: ReadonlyMap<string, Value>
  /** What the type's String method gives, if it has one. */
  readonly toText?: () => string

  constructor(goType: string, fields: Readonly<{ [name: string]: Value }>, text?: string) {
    this.goType = goType
    this.#fields = new Map(Object.entries(fields))
    if (text !== undefined) this.toText = () => text
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
