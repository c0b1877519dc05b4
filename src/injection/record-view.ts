import { goKind, type GoStruct, type Value } from '../gotemplate/index.ts'

/** A Go struct made of values at hand, such as the data that a template is given. */
export class RecordView implements GoStruct {
  readonly goType: string
  readonly #fields: Readonly<{ [name: string]: Value }>
  /** What the type's String method gives, if it has one. */
  readonly toText?: () => string

  /** @param fields By Go name, in the order of declaration; the object is kept. */
  constructor(goType: string, fields: Readonly<{ [name: string]: Value }>, text?: string) {
    this.goType = goType
    this.#fields = fields
    if (text !== undefined) this.toText = () => text
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  field(name: string): Value {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
  }

  fieldNames(): readonly string[] {
    return Object.keys(this.#fields)
  }
}
