import { parseCidrError, parsePrefixError } from '../golang/net.ts'
import { NumError, parseBool, parseInt, parseUint } from '../golang/parse.ts'
import type { AnnotationCheck, AnnotationRule } from '../istio/annotation-rules.ts'
import type { Traits } from '../istio/traits.ts'
import { quantityError } from '../kubernetes/quantity.ts'
import { InjectionError } from './errors.ts'
import { joinFaults } from './fault-text.ts'

/** What validating a pod's annotations needs of the settings. */
export interface AnnotationRules {
  readonly rules: readonly AnnotationRule[]
  readonly traits: Traits
  /** Why a text is no usable ProxyConfig, or undefined. */
  readonly proxyConfigFault: (text: string) => string | undefined
}

/**
 * Checks the annotations that the release validates before it renders anything; a typo must not silently open
 * or close traffic. Throws InjectionError `annotation-invalid` with the release's own text.
 */
export function validateAnnotations(
  settings: AnnotationRules,
  annotations: Readonly<Record<string, string>>,
): void {
  const items: string[] = []
  for (const rule of settings.rules) {
    if (!Object.hasOwn(annotations, rule.key)) continue
    const value = annotations[rule.key] ?? ''
    const fault = faultOf(rule, value, settings)
    if (fault === undefined) continue
    items.push(itemText(settings.traits, rule.key, value, fault))
    if (settings.traits.annotations.errors === 'first') break
  }
  if (items.length > 0) throw new InjectionError('annotation-invalid', joinFaults(settings.traits, items))
}

function itemText(traits: Traits, key: string, value: string, fault: string): string {
  if (traits.annotations.errors === 'indented')
    return `invalid value '${value}' for annotation '${key}': ${fault}`
  return `injection failed. Invalid value for annotation ${key}: ${value}. Error: ${fault}`
}

type Check = (value: string, rule: AnnotationRule, settings: AnnotationRules) => string | undefined

const checks: Readonly<Record<AnnotationCheck, Check>> = {
  'interception-mode': interceptionModeFault,
  cidrs: cidrsFault,
  'cidrs-or-any': (value, rule, settings) => (value === '*' ? undefined : cidrsFault(value, rule, settings)),
  ports: portsFault,
  'ports-or-any': (value, rule, settings) => (value === '*' ? undefined : portsFault(value, rule, settings)),
  'status-port': statusPortFault,
  number: (value) => numberFault(() => parseUint(value, 10, 32)),
  bool: (value) => numberFault(() => parseBool(value)),
  interfaces: interfacesFault,
  quantity: quantityFault,
  'proxy-config': (value, _rule, settings) => settings.proxyConfigFault(value),
}

function faultOf(rule: AnnotationRule, value: string, settings: AnnotationRules): string | undefined {
  return checks[rule.check](value, rule, settings)
}

function interceptionModeFault(
  value: string,
  _rule: AnnotationRule,
  { traits }: AnnotationRules,
): string | undefined {
  if (traits.annotations.interceptionModes.includes(value)) return undefined
  if (traits.annotations.errors === 'first') return `interceptionMode invalid: ${value}`
  return `interceptionMode invalid, use ${traits.annotations.interceptionModes.join(',')}: ${value}`
}

function cidrsFault(value: string, rule: AnnotationRule, { traits }: AnnotationRules): string | undefined {
  if (value === '') return undefined
  const cidrError = traits.annotations.cidrs === 'net' ? parseCidrError : parsePrefixError
  for (const cidr of value.split(',')) {
    const error = cidrError(cidr)
    if (error !== undefined) return `${rule.label} invalid: failed parsing cidr '${cidr}': ${error}`
  }
  return undefined
}

function portsFault(value: string, rule: AnnotationRule, { traits }: AnnotationRules): string | undefined {
  if (value === '') return undefined
  for (const port of value.split(',')) {
    const error = portError(port, traits)
    if (error === undefined) continue
    if (traits.annotations.ports === 'int16')
      return `${rule.label} invalid: failed parsing port '${port}': ${error.message}`
    // Istio wraps the error twice and, up to 1.10, shows the number it read instead of the text.
    const shown = traits.annotations.portErrorsShowNumber
      ? ['0', String(error.nearest)]
      : [port.trim(), port.trim()]
    return `${rule.label} invalid: failed parsing port '${shown[0]}': failed parsing port '${shown[1]}': ${error.message}`
  }
  return undefined
}

function statusPortFault(
  value: string,
  rule: AnnotationRule,
  { traits }: AnnotationRules,
): string | undefined {
  const error = portError(value, traits)
  if (error === undefined) return undefined
  const shown = traits.annotations.portErrorsShowNumber ? String(error.nearest) : value.trim()
  return `${rule.label} invalid: failed parsing port '${shown}': ${error.message}`
}

function portError(port: string, traits: Traits): NumError | undefined {
  try {
    if (traits.annotations.ports === 'int16') parseInt(port, 10, 16)
    else parseUint(port.trim(), 10, 16)
    return undefined
  } catch (error) {
    if (error instanceof NumError) return error
    throw error
  }
}

function numberFault(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (error instanceof NumError) return error.message
    throw error
  }
}

/** Linux allows 15 bytes (IFNAMSIZ less the terminator). */
const longestInterfaceName = 15

function interfacesFault(value: string): string | undefined {
  if (value === '') return undefined
  for (const name of value.split(',').map((item) => item.trim())) {
    if (name === '') return 'empty interface name'
    if (name.length > longestInterfaceName) return `interface name "${name}" too long (max 15 chars)`
    if (!/^[a-zA-Z][a-zA-Z0-9_.-]*$/.test(name)) return `interface name "${name}" contains invalid characters`
  }
  return undefined
}

function quantityFault(value: string): string | undefined {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(value)) return 'value contains control characters'
  return quantityError(value)
}
