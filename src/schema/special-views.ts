import { goKind } from '../golang/kind.ts'
import { formatQuantity, parseQuantity } from '../kubernetes/quantity.ts'
import { quantityText } from './scalars.ts'
import type { Json } from './json.ts'
import { formatTime, isZeroTime, parseTime, zeroTime, type Instant } from './time.ts'
import { getter, ScalarView, type StructLike, type ViewMethod, type ViewValue } from './view.ts'

/** A struct with the given fields, for types whose Go form is not their JSON form. */
class RecordView implements StructLike {
  readonly goType: string
  readonly #fields: ReadonlyMap<string, ViewValue>
  readonly #methods: ReadonlyMap<string, ViewMethod>
  readonly toText?: () => string

  constructor(
    goType: string,
    fields: readonly (readonly [string, ViewValue])[],
    text?: string,
    methods: readonly (readonly [string, ViewMethod])[] = [],
  ) {
    this.goType = goType
    this.#fields = new Map(fields)
    this.#methods = new Map(methods)
    if (text !== undefined) this.toText = () => text
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  field(name: string): ViewValue {
    return this.#fields.get(name)
  }

  fieldNames(): readonly string[] {
    return [...this.#fields.keys()]
  }

  method(name: string): ViewMethod | undefined {
    return this.#methods.get(name)
  }
}

/**
 * A resource.Quantity.
 *
 * @param addressable Go prints it by its String method; else its fields show, as for an entry of a map.
 */
export function quantityView(goType: string, json: Json, addressable: boolean): StructLike {
  const text = json === null ? '0' : quantityText(json)
  return new RecordView(
    goType,
    quantityFields(text),
    addressable ? formatQuantity(parseQuantity(text)) : undefined,
  )
}

/** `{{500 -3} {<nil>} 500m DecimalSI}`: the parts that fmt prints where Go cannot take the address. */
function quantityFields(text: string): readonly (readonly [string, ViewValue])[] {
  const { unscaled, scale, format, written } = parseQuantity(text)
  const amount = new RecordView('resource.int64Amount', [
    ['value', new ScalarView('int64', 'int64', unscaled)],
    ['scale', new ScalarView('int32', 'resource.Scale', BigInt(scale))],
  ])
  return [
    ['i', amount],
    ['d', new RecordView('resource.infDecAmount', [['Dec', null]])],
    ['s', written ?? ''],
    ['Format', new ScalarView('string', 'resource.Format', format)],
  ]
}

/** A metav1.Time; null is the zero time. */
export function timeView(goType: string, json: Json): StructLike {
  const time = typeof json === 'string' ? parseTime(json) : zeroTime
  const instant: Instant = typeof time === 'string' ? zeroTime : time
  const text = formatTime(instant)
  return new RecordView(goType, [['Time', null]], text, [
    ['String', getter(() => text)],
    ['IsZero', getter(() => isZeroTime(instant))],
    ['Unix', getter(() => new ScalarView('int64', 'int64', BigInt(instant.seconds)))],
  ])
}

/** An intstr.IntOrString, such as a probe's port: prints as its number or name. */
export function portView(goType: string, json: Json): StructLike {
  const isText = typeof json === 'string'
  const number = typeof json === 'number' ? json : 0
  const text = isText ? json : String(number)
  return new RecordView(
    goType,
    [
      ['Type', new ScalarView('int64', 'intstr.Type', isText ? 1n : 0n)],
      ['IntVal', new ScalarView('int32', 'int32', BigInt(number))],
      ['StrVal', isText ? json : ''],
    ],
    text,
    [
      ['String', getter(() => text)],
      ['IntValue', getter(() => BigInt(number))],
    ],
  )
}
