import { isIPv4, isIPv6 } from 'node:net'

/**
 * What is wrong with a CIDR block as Go's net.ParseCIDR sees it (Istio up to 1.15), or undefined.
 * Leading zeros in an octet pass, as they did in the Go of those releases.
 */
export function parseCidrError(text: string): string | undefined {
  const slash = text.indexOf('/')
  const address = text.slice(0, Math.max(slash, 0)).replace(/(^|\.)0+(?=\d)/g, '$1')
  const bits = addressBits(address)
  const valid =
    bits !== undefined && /^\d{1,3}$/.test(text.slice(slash + 1)) && Number(text.slice(slash + 1)) <= bits
  return valid ? undefined : `invalid CIDR address: ${text}`
}

/** What is wrong with a CIDR block as Go's netip.ParsePrefix sees it (Istio from 1.16), or undefined. */
export function parsePrefixError(text: string): string | undefined {
  const wrong = prefixFault(text)
  return wrong === undefined ? undefined : `netip.ParsePrefix(${JSON.stringify(text)}): ${wrong}`
}

function prefixFault(text: string): string | undefined {
  const slash = text.lastIndexOf('/')
  if (slash < 0) return "no '/'"
  const address = text.slice(0, slash)
  const mask = text.slice(slash + 1)
  if (isIPv6(address) && address.includes('%')) return 'IPv6 zones cannot be present in a prefix'
  const bits = addressBits(address)
  if (bits === undefined) return `ParseAddr(${JSON.stringify(address)}): unable to parse IP`
  if (!/^(0|[1-9]\d*)$/.test(mask)) return `bad bits after slash: ${JSON.stringify(mask)}`
  return Number(mask) > bits ? 'prefix length out of range' : undefined
}

/** 32 or 128 for an address without a zone, undefined for anything else. */
function addressBits(address: string): 32 | 128 | undefined {
  if (isIPv4(address)) return 32
  return isIPv6(address) && !address.includes('%') ? 128 : undefined
}
