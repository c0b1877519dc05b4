import { addressFault } from '../golang/address.ts'
import { parsePrefixError } from '../golang/net.ts'
import { CelFailure } from './errors.ts'
import { ofTexts, table, type CelFunction } from './table.ts'
import type { AddressValue, CidrValue, Value } from './value.ts'

/** Kubernetes' addresses and networks (k8s.io/apiserver/pkg/cel/library/ip.go, cidr.go). */
export const addressFunctions = table({
  ip: ofTexts(1, (text = '') => readAddress(text)),
  isIP: ofTexts(1, (text = '') => isRead(() => readAddress(text))),
  'ip.isCanonical': ofTexts(1, (text = '') => format(readAddress(text)) === text),
  cidr: ofTexts(1, (text = '') => readCidr(text)),
  isCIDR: ofTexts(1, (text = '') => isRead(() => readCidr(text))),
  string: (value) => {
    if (isAddress(value)) return format(value)
    return isCidr(value) ? `${format(value.address)}/${value.length}` : undefined
  },
})

export const addressMethods = table({
  family: ofAddress(({ family }) => BigInt(family)),
  isUnspecified: ofAddress(({ value }) => value === 0n),
  isLoopback: ofAddress((ip) => isWithin(ip, '127.0.0.0/8', '::1/128')),
  // Whatever the flags: ff?2::.
  isLinkLocalMulticast: ofAddress(
    (ip) => isWithin(ip, '224.0.0.0/24') || (ip.family === 6 && ((ip.value >> 112n) & 0xff0fn) === 0xff02n),
  ),
  isLinkLocalUnicast: ofAddress((ip) => isWithin(ip, '169.254.0.0/16', 'fe80::/10')),
  isGlobalUnicast: ofAddress(
    (ip) =>
      ip.value !== 0n &&
      !isWithin(ip, '255.255.255.255/32', '127.0.0.0/8', '::1/128', '224.0.0.0/4', 'ff00::/8') &&
      !isWithin(ip, '169.254.0.0/16', 'fe80::/10'),
  ),
  containsIP: (cidr, other) => {
    const ip = typeof other === 'string' ? readAddress(other) : other
    return isCidr(cidr) && isAddress(ip) ? contains(cidr, ip) : undefined
  },
  containsCIDR: (cidr, other) => {
    const inner = typeof other === 'string' ? readCidr(other) : other
    return isCidr(cidr) && isCidr(inner)
      ? cidr.length <= inner.length && contains(cidr, inner.address)
      : undefined
  },
  prefixLength: (cidr) => (isCidr(cidr) ? BigInt(cidr.length) : undefined),
  ip: (cidr) => (isCidr(cidr) ? cidr.address : undefined),
  masked: (cidr) => {
    if (!isCidr(cidr)) return undefined
    const value = network(cidr.address, cidr.length) << hostBits(cidr.address, cidr.length)
    return { ...cidr, address: { ...cidr.address, value } }
  },
})

function isAddress(value: Value | undefined): value is AddressValue {
  return typeof value === 'object' && value?.kind === 'ip'
}

function isCidr(value: Value | undefined): value is CidrValue {
  return typeof value === 'object' && value?.kind === 'cidr'
}

function ofAddress(call: (ip: AddressValue) => Value): CelFunction {
  return (ip, more) => (isAddress(ip) && more === undefined ? call(ip) : undefined)
}

function isRead(read: () => Value): boolean {
  try {
    return read() !== null
  } catch (error) {
    if (error instanceof CelFailure) return false
    throw error
  }
}

/** Throws CelFailure. */
function readAddress(text: string): AddressValue {
  const fault = addressFault(text)
  if (fault !== undefined) throw new CelFailure(fault)
  if (text.includes('%'))
    throw new CelFailure(`IP address ${JSON.stringify(text)} with zone value is not allowed`)
  if (!text.includes(':')) return { kind: 'ip', value: version4(text), family: 4 }
  const value = version6(text)
  if (value >> 32n === 0xffffn)
    throw new CelFailure(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`)
  return { kind: 'ip', value, family: 6 }
}

function version4(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

const fields = 8

function groups(part: string): string[] {
  return part === '' ? [] : part.split(':')
}

function version6(text: string): bigint {
  const dotted = /[0-9.]+$/.exec(text)?.[0] ?? ''
  const tail = dotted.includes('.') ? version4(dotted) : undefined
  const hex =
    tail === undefined
      ? text
      : `${text.slice(0, -dotted.length)}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`
  const [left = '', right] = hex.split('::')
  const before = groups(left)
  const after = groups(right ?? '')
  const all = [...before, ...Array<string>(fields - before.length - after.length).fill('0'), ...after]
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** netip.Addr's String: RFC 5952. */
function format({ value, family }: AddressValue): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
  const parts = Array.from({ length: fields }, (_, index) =>
    ((value >> BigInt(16 * (fields - 1 - index))) & 0xffffn).toString(16),
  )
  const text = parts.join(':')
  const runs = [...text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)]
  const longest = runs.reduce((best, run) => (run[0].length > best.length ? run[0] : best), '')
  if (longest === '') return text
  const at = runs.find((run) => run[0] === longest)?.index ?? 0
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`
}

/** Throws CelFailure. */
function readCidr(text: string): CidrValue {
  const fault = parsePrefixError(text)
  if (fault !== undefined) throw new CelFailure(fault)
  const [address = '', length = ''] = text.split('/')
  return { kind: 'cidr', address: readAddress(address), length: Number(length) }
}

function hostBits({ family }: AddressValue, length: number): bigint {
  return BigInt((family === 4 ? 32 : 128) - length)
}

function network(ip: AddressValue, length: number): bigint {
  return ip.value >> hostBits(ip, length)
}

function contains({ address, length }: CidrValue, ip: AddressValue): boolean {
  return address.family === ip.family && network(address, length) === network(ip, length)
}

function isWithin(ip: AddressValue, ...networks: readonly string[]): boolean {
  return networks.some((text) => contains(readCidr(text), ip))
}
