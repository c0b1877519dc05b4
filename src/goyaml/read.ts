import type { ReadLimits } from './budget.ts'
import { checkCharacters } from './check-characters.ts'
import { compose, type ScalarListener } from './compose.ts'
import type { Json } from '../golang/json-value.ts'
import type { ScalarRules } from './resolve.ts'
import { convert } from './typed.ts'
import type { YamlTarget } from './typed.ts'

export interface ReadOptions extends ScalarRules {
  readonly limits?: ReadLimits
  /** For those who need to know how the text came to mean what it does. */
  readonly onScalar?: ScalarListener | undefined
}

/**
 * The first document of a text as sigs.k8s.io/yaml reads it: YAML 1.1 with the scalars of go-yaml v2 (`y` is true,
 * `0o17` is 15, dates are strings), the last of two equal keys wins, `<<` merges, an empty text is null.
 * Members are in the order of the document. Throws YamlError with Go's message.
 */
export function read(text: string, options: ReadOptions = {}): Json {
  return compose(prepared(text), { ...options, keepNumbers: false })
}

/**
 * The same for a Go type, as ghodss/yaml does it: a number or boolean becomes a string where the type has a string,
 * `args: [15001, on]` is `["15001", "true"]`. Members that the type does not have are read as by {@link read}.
 */
export function readTyped(text: string, target: YamlTarget, options: ReadOptions = {}): Json {
  return convert(compose(prepared(text), { ...options, keepNumbers: true }), target)
}

const byteOrderMark = 0xfeff

function prepared(text: string): string {
  checkCharacters(text)
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text
}
