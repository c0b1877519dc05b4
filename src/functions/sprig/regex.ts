import { canBackquote, quote } from '../../golang/quote.ts'
import type { GoFunction } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { goError, SprigError } from './errors.ts'
import { Pattern } from './pattern.ts'
import { StringSlice } from './string-slice.ts'
import type { FunctionTable } from './table.ts'

/** Patterns that are kept compiled, the ones that were used last. */
const cacheSize = 64

/** Functions over regular expressions in Go's syntax, in time linear in the text. */
export function regexFunctions(): FunctionTable {
  const compile = compiler()
  /** Go panics over a bad pattern, and says more in doing so. */
  const mustCompile = (source: string): Pattern => {
    try {
      return compile(source)
    } catch (error) {
      if (!(error instanceof SprigError)) throw error
      const quoted = canBackquote(source) ? `\`${source}\`` : quote(source)
      throw goError(`regexp: Compile(${quoted}): ${error.message}`)
    }
  }
  return [
    [
      'regexMatch',
      returns('bool', ['string', 'string'], (source, text) => {
        try {
          return compile(source).test(text)
        } catch (error) {
          if (error instanceof SprigError) return false
          throw error
        }
      }),
    ],
    ['mustRegexMatch', returns('bool', ['string', 'string'], (source, text) => compile(source).test(text))],
    ...twins('regexFind', 'mustRegexFind', (get) =>
      returns('string', ['string', 'string'], (source, text) => get(source).find(text)),
    ),
    ...twins('regexFindAll', 'mustRegexFindAll', (get) =>
      returns('[]string', ['string', 'string', 'int'], (source, text, count) => {
        const found = get(source).findAll(text, count)
        return found.length === 0 ? null : new StringSlice(found)
      }),
    ),
    ...twins('regexReplaceAll', 'mustRegexReplaceAll', (get) =>
      returns('string', ['string', 'string', 'string'], (source, text, template) => {
        return get(source).replaceAll(text, template)
      }),
    ),
    ...twins('regexReplaceAllLiteral', 'mustRegexReplaceAllLiteral', (get) =>
      returns('string', ['string', 'string', 'string'], (source, text, literal) => {
        return get(source).replaceAllLiteral(text, literal)
      }),
    ),
    ...twins('regexSplit', 'mustRegexSplit', (get) =>
      returns('[]string', ['string', 'string', 'int'], (source, text, count) => {
        const pattern = get(source)
        return count === 0n ? null : new StringSlice(pattern.split(text, count))
      }),
    ),
    ['regexQuoteMeta', returns('string', ['string'], (text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'))],
  ]

  /** A function that panics over a bad pattern, and one that returns an error. */
  function twins(
    name: string,
    mustName: string,
    make: (get: (source: string) => Pattern) => GoFunction,
  ): FunctionTable {
    return [
      [name, make(mustCompile)],
      [mustName, make(compile)],
    ]
  }
}

/** Compiles patterns, and remembers those that were used last. Throws SprigError with Go's message. */
function compiler(): (source: string) => Pattern {
  const known = new Map<string, Pattern>()
  return (source) => {
    const found = known.get(source)
    const pattern = found ?? new Pattern(source)
    known.delete(source)
    known.set(source, pattern)
    const [oldest] = known.keys()
    if (known.size > cacheSize && oldest !== undefined) known.delete(oldest)
    return pattern
  }
}
