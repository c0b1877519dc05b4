/** What is wrong with an IP address as Go's netip.ParseAddr sees it. */
import { quote } from './quote.ts'

/** The message of netip.ParseAddr, undefined for an address: `ParseAddr("1.2"): IPv4 address too short`. */
export function addressFault(text: string): string | undefined {
  const fault = faultOf(text)
  if (fault === undefined) return undefined
  const [message, at] = fault
  const where = at === undefined || at === '' ? '' : ` (at ${quote(at)})`
  return `ParseAddr(${quote(text)}): ${message}${where}`
}

type Fault = readonly [message: string, at?: string] | undefined

function faultOf(text: string): Fault {
  switch (/[.:%]/.exec(text)?.[0]) {
    case '.':
      return version4Fault(text)
    case ':':
      return version6Fault(text)
    case '%':
      return ['missing IPv6 address']
    default:
      return ['unable to parse IP']
  }
}

function version4Fault(text: string): Fault {
  let octet = ''
  let octets = 1
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (/[0-9]/.test(char)) {
      if (octet === '0') return ['IPv4 field has octet with leading zero']
      octet += char
      if (Number(octet) > 255) return ['IPv4 field has value >255']
    } else if (char !== '.') {
      return ['unexpected character', text.slice(at)]
    } else {
      if (octet === '' || at === text.length - 1)
        return ['IPv4 field must have at least one digit', text.slice(at)]
      if (octets === 4) return ['IPv4 address too long']
      octets++
      octet = ''
    }
  }
  return octets < 4 ? ['IPv4 address too short'] : undefined
}

/** The number of 16-bit fields in an address of version 6. */
const allFields = 8

function version6Fault(text: string): Fault {
  const percent = text.indexOf('%')
  if (percent >= 0 && percent === text.length - 1) return ['zone must be a non-empty string']
  let rest = percent < 0 ? text : text.slice(0, percent)
  let hasEllipsis = rest.startsWith('::')
  if (hasEllipsis) rest = rest.slice(2)
  if (rest === '') return undefined
  let fields = 0
  while (fields < allFields) {
    const digits = /^[0-9A-Fa-f]*/.exec(rest)?.[0] ?? ''
    if (digits.length > 4) return ['each group must have 4 or less digits', rest]
    if (digits === '') return ['each colon-separated field must have at least one digit', rest]
    if (rest[digits.length] === '.') {
      const fault = embeddedFault(rest, fields, hasEllipsis)
      if (fault !== undefined) return fault
      fields += 2
      rest = ''
      break
    }
    fields++
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) return ['unexpected character, want colon', rest]
    if (rest === ':') return ['colon must be followed by more characters', rest]
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (hasEllipsis) return ['multiple :: in address', rest]
    hasEllipsis = true
    rest = rest.slice(1)
    if (rest === '') break
  }
  if (rest !== '') return ['trailing garbage after address', rest]
  if (fields < allFields) return hasEllipsis ? undefined : ['address string too short']
  return hasEllipsis ? ['the :: must expand to at least one field of zeros'] : undefined
}

/** An address of version 4 stands for the last two fields. */
function embeddedFault(rest: string, fields: number, hasEllipsis: boolean): Fault {
  if (!hasEllipsis && fields !== allFields - 2)
    return ['embedded IPv4 address must replace the final 2 fields of the address', rest]
  if (fields > allFields - 2)
    return ['too many hex fields to fit an embedded IPv4 at the end of the address', rest]
  return version4Fault(rest)
}
