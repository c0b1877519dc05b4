import { goKind, type GoSlice } from '../../gotemplate/index.ts'

/** A `[]string` whose array functions can get at: sortAlpha sorts it in place, as in Go. */
export class StringSlice implements GoSlice {
  readonly goType = '[]string'
  readonly elemType = 'string'
  readonly isNil = false
  /** The items; only sortAlpha may change them. */
  readonly array: string[]

  constructor(array: string[]) {
    this.array = array
  }

  get [goKind](): 'slice' {
    return 'slice'
  }

  get length(): number {
    return this.array.length
  }

  at(index: number): string {
    return this.array[index] ?? ''
  }

  slice(from: number, to: number): StringSlice {
    return new StringSlice(this.array.slice(from, to))
  }
}
