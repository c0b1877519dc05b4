import { goKind } from '../golang/kind.ts'
import { formatQuantity, parseQuantity, type Quantity } from '../kubernetes/quantity.ts'
import { quantityText } from './scalars.ts'
import type { Json } from '../golang/json-value.ts'
import { formatTime, isZeroTime, parseTime, zeroTime, type Instant } from './time.ts'
import { getter, ScalarView, type StructLike, type ViewMethod, type ViewValue } from './view.ts'

/** What a {@link RecordView} prints as. */
interface Texts {
  /** What String gives, if the type itself has it. */
  readonly own?: string | undefined
  /** What String gives if only the pointer has it: Go then uses it where it can take the address. */
  readonly ofPointer?: string | undefined
}

/** A struct with the given fields, for types whose Go form is not their JSON form. */
class RecordView implements StructLike {
  readonly goType: string
  readonly toText?: () => string
  readonly pointerText?: () => string
  readonly #fields: ReadonlyMap<string, ViewValue>
  readonly #methods: ReadonlyMap<string, ViewMethod>

  constructor(
    goType: string,
    fields: readonly (readonly [string, ViewValue])[],
    { own, ofPointer }: Texts = {},
    methods: readonly (readonly [string, ViewMethod])[] = [],
  ) {
    this.goType = goType
    this.#fields = new Map(fields)
    this.#methods = new Map(methods)
    if (own !== undefined) this.toText = () => own
    if (ofPointer !== undefined) this.pointerText = () => ofPointer
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
 * @param addressable It is a field or a list's item, so that Go finds the String method of its pointer; an entry of a
 * map is not, and prints as its parts.
 */
export function quantityView(goType: string, json: Json, addressable: boolean): StructLike {
  const quantity = json === null ? undefined : parseQuantity(quantityText(json))
  const text = quantity === undefined ? '0' : formatQuantity(quantity)
  return new RecordView(goType, quantityFields(quantity), pointerTexts(goType, addressable, text))
}

/** The text of a type whose pointer has the String method. */
function pointerTexts(goType: string, addressable: boolean, text: string): Texts {
  if (goType.startsWith('*')) return { own: text }
  return addressable ? { ofPointer: text } : {}
}

/** `{{500 -3} {<nil>} 500m DecimalSI}`: the parts that fmt prints where Go cannot take the address. */
function quantityFields(quantity: Quantity | undefined): readonly (readonly [string, ViewValue])[] {
  const amount = new RecordView('resource.int64Amount', [
    ['value', new ScalarView('int64', 'int64', quantity?.unscaled ?? 0n)],
    ['scale', new ScalarView('int32', 'resource.Scale', BigInt(quantity?.scale ?? 0))],
  ])
  return [
    ['i', amount],
    ['d', new RecordView('resource.infDecAmount', [['Dec', null]])],
    ['s', quantity?.written ?? ''],
    ['Format', new ScalarView('string', 'resource.Format', quantity?.format ?? '')],
  ]
}

/** A metav1.Time; null is the zero time. */
export function timeView(goType: string, json: Json): StructLike {
  const time = typeof json === 'string' ? parseTime(json) : zeroTime
  const instant: Instant = typeof time === 'string' ? zeroTime : time
  const text = formatTime(instant)
  return new RecordView(goType, [['Time', null]], { own: text }, [
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
    pointerTexts(goType, true, text),
    [
      ['String', getter(() => text)],
      ['IntValue', getter(() => BigInt(number))],
    ],
  )
}
