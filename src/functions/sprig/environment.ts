import { returns } from '../define.ts'
import { goError } from './errors.ts'
import { checkText } from './limits.ts'
import type { SprigOptions } from './options.ts'
import type { FunctionTable } from './table.ts'

/** What a pod's template could learn of the machine that renders it: nothing but what the operator lets it. */
export function environmentFunctions({ environment }: SprigOptions): FunctionTable {
  const read = (name: string): string => environment.get(name) ?? ''
  return [
    ['env', returns('string', ['string'], read)],
    ['expandenv', returns('string', ['string'], (text) => expand(text, read))],
    ['getHostByName', returns('string', ['string'], refuseLookup)],
  ]
}

/** os.Expand: `$NAME` and `${NAME}`. What is no name after `${` is dropped, a dollar sign alone stays. */
function expand(text: string, read: (name: string) => string): string {
  const lastBrace = text.lastIndexOf('}')
  let expanded = ''
  let at = 0
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    expanded += text.slice(at, dollar)
    checkText(expanded.length)
    const { name, length } = nameAt(text, dollar + 1, lastBrace)
    if (name !== '') expanded += read(name)
    else if (length === 0) expanded += '$'
    at = dollar + 1 + length
  }
  return expanded + text.slice(at)
}

const nameCharacter = /[A-Za-z0-9_]/
const specialName = /[*#$@!?0-9-]/

/** The name that begins there, with or without braces, and how many characters it takes. */
function nameAt(text: string, start: number, lastBrace: number): { name: string; length: number } {
  if (text[start] === '{') {
    const close = start < lastBrace ? text.indexOf('}', start) : -1
    return close < 0
      ? { name: '', length: 1 }
      : { name: text.slice(start + 1, close), length: close + 1 - start }
  }
  if (specialName.test(text.charAt(start))) return { name: text.charAt(start), length: 1 }
  let end = start
  while (nameCharacter.test(text.charAt(end))) end++
  return { name: text.slice(start, end), length: end - start }
}

/** Nothing is looked up while a template is rendered. The message is Go's for a name that it does not find. */
function refuseLookup(): never {
  throw goError('invalid argument to Intn')
}
