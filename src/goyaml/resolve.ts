import { decode } from '../golang/bytes.ts'
import { YamlError } from './errors.ts'
import { isTimestamp } from './timestamp.ts'

/**
 * A number as YAML wrote it. JSON does not tell 1.0 from 1 and cannot hold 2^64 − 1 exactly; where a number becomes a
 * string (a map key, a string field) both matter.
 */
export class YamlNumber {
  readonly value: number
  /** The decimal digits of an integer; undefined for a float. */
  readonly digits: string | undefined

  constructor(value: number, digits?: string) {
    this.value = value
    this.digits = digits
  }
}

/** What a scalar is. */
export type Scalar = string | boolean | null | YamlNumber

/** How to read scalars. */
export interface ScalarRules {
  /**
   * Is `1e3` a float? go-yaml before 2.2.2 (Istio 1.0 to 1.3) wanted a sign, `1e+3`, and a digit behind the point.
   *
   * Default: `true`
   */
  readonly unsignedExponentFloats?: boolean
}

const wordLists: readonly (readonly [Scalar, string])[] = [
  [true, 'y Y yes Yes YES true True TRUE on On ON'],
  [false, 'n N no No NO false False FALSE off Off OFF'],
  [null, '~ null Null NULL'],
  [new YamlNumber(NaN), '.nan .NaN .NAN'],
  [new YamlNumber(Infinity), '.inf .Inf .INF +.inf +.Inf +.INF'],
  [new YamlNumber(-Infinity), '-.inf -.Inf -.INF'],
]
const words: ReadonlyMap<string, Scalar> = new Map(
  wordLists.flatMap(([value, list]) => list.split(' ').map((word) => [word, value] as const)),
)

/** The longest of {@link words}. */
const longestWord = 5

const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const signedExponentFloat = /^[-+]?[0-9]*\.?[0-9]+(?:[eE][-+][0-9]+)?$/
/** Where the first character is a point, strconv.ParseFloat decides alone; it allows underscores between digits. */
const pointFloat = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9][0-9]*|0))$/
const maxInt64 = 2n ** 63n - 1n
const maxUint64 = 2n ** 64n - 1n
/** No integer of 64 bits has more digits than this, in binary and without zeros in front. */
const mostDigits = 64

/** What a scalar without quotes and tag is, by the rules of go-yaml v2 (a YAML 1.1 of its own). */
export function resolvePlain(text: string, rules: ScalarRules): Scalar {
  if (text === '') return null
  const code = text.charCodeAt(0)
  if (code >= 0x30 && code <= 0x39) return resolveNumber(text, rules) ?? text
  if (text.length <= longestWord) {
    const word = words.get(text)
    if (word !== undefined) return word
  }
  if (code === 0x2b || code === 0x2d) return resolveNumber(text, rules) ?? text
  if (code === 0x2e && pointFloat.test(text)) return finite(text.replaceAll('_', '')) ?? text
  return text
}

/** Whether a scalar without quotes is a string in every release. */
export function isPlainString(text: string): boolean {
  return (
    typeof resolvePlain(text, { unsignedExponentFloats: true }) === 'string' &&
    typeof resolvePlain(text, { unsignedExponentFloats: false }) === 'string'
  )
}

function resolveNumber(text: string, rules: ScalarRules): YamlNumber | undefined {
  if (isShortDecimal(text)) return new YamlNumber(Number(text), text)
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const whole = resolveInteger(plain)
  if (whole !== undefined) return whole
  const pattern = rules.unsignedExponentFloats === false ? signedExponentFloat : float
  return pattern.test(plain) ? finite(plain) : undefined
}

/** Digits only, no zero in front, and few enough to be exact: nearly all numbers there are. */
function isShortDecimal(text: string): boolean {
  if (text.length > 15 || (text.charCodeAt(0) === 0x30 && text.length > 1)) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return true
}

/** An integer in the notations of strconv.ParseInt with base 0; undefined if it has more than 64 bits. */
function resolveInteger(text: string): YamlNumber | undefined {
  const match = integer.exec(text)
  if (match === null) return undefined
  const [, sign = '', hex, octal, binary, decimal] = match
  if (hex !== undefined) return within('0x', hex, sign)
  if (octal !== undefined) return within('0o', octal, sign)
  return binary === undefined ? within('', decimal ?? '', sign) : within('0b', binary, sign)
}

function within(prefix: string, digits: string, sign: string): YamlNumber | undefined {
  const significant = digits.replace(/^0+(?=.)/, '')
  if (significant.length > mostDigits) return undefined
  const magnitude = BigInt(prefix + significant)
  // Beyond int64 go-yaml asks strconv.ParseUint, which knows no sign.
  if (magnitude > (sign === '' ? maxUint64 : sign === '-' ? maxInt64 + 1n : maxInt64)) return undefined
  const value = sign === '-' ? -magnitude : magnitude
  return new YamlNumber(Number(value), String(value))
}

/** A float, or undefined where it is too great for one. */
function finite(text: string): YamlNumber | undefined {
  const value = Number(text)
  return Number.isFinite(value) ? new YamlNumber(value) : undefined
}

const standardTag = 'tag:yaml.org,2002:'

/** Tags whose scalars must look like what they say. */
const checkedTags: ReadonlySet<string> = new Set(
  ['str', 'bool', 'int', 'float', 'null', 'timestamp'].map((name) => standardTag + name),
)

/** What a scalar with a tag is; a tag that is not YAML's own says nothing: `!foo 1` is the string 1. */
export function resolveTagged(tag: string, text: string, rules: ScalarRules): Scalar {
  if (tag === `${standardTag}binary`) return resolveBinary(text)
  if (!checkedTags.has(tag) || tag === `${standardTag}str`) return text
  const wanted = tag.slice(standardTag.length)
  const value = resolvePlain(text, rules)
  const found = wanted === 'timestamp' && isTimestamp(text) ? wanted : kindOf(value)
  if (found === wanted) return value
  if (wanted === 'float' && found === 'int') return floatOf(value, text)
  throw mismatch(found, text, wanted)
}

function kindOf(value: Scalar): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  return value.digits === undefined ? 'float' : 'int'
}

/** `!!float 1`; go-yaml does not do this to what only fits an unsigned integer. */
function floatOf(value: Scalar, text: string): YamlNumber {
  if (value instanceof YamlNumber && BigInt(value.digits ?? 0) <= maxInt64) return new YamlNumber(value.value)
  throw mismatch('int', text, 'float')
}

function mismatch(found: string, text: string, wanted: string): YamlError {
  return new YamlError('tag', `yaml: cannot decode !!${found} \`${text}\` as a !!${wanted}`)
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The bytes as JSON shows them: what is no UTF-8 becomes U+FFFD. */
function resolveBinary(text: string): string {
  const plain = text.replace(/[\r\n]/g, '')
  if (!base64.test(plain)) throw new YamlError('tag', 'yaml: !!binary value contains invalid base64 data')
  return decode(Buffer.from(plain, 'base64')).toWellFormed()
}

/** The error that encoding/json has for `.inf` and `.nan`. */
export function unsupportedNumber({ value }: YamlNumber): YamlError {
  const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  return new YamlError('number', `json: unsupported value: ${text}`)
}
