import { compareText } from '../golang/bytes.ts'
import { marshalJson } from '../golang/json.ts'
import { quote } from '../golang/quote.ts'
import { labelKeyFaults, labelValueFaults } from './label-names.ts'

/** metav1.LabelSelector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null | undefined
  readonly matchExpressions?: readonly LabelSelectorRequirement[] | null | undefined
}

export interface LabelSelectorRequirement {
  readonly key: string
  /** `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  readonly operator: string
  readonly values?: readonly string[] | null | undefined
}

export type Labels = Readonly<Record<string, string>>

/** A label selector, checked and ready to be asked. */
export interface Selector {
  /** Kubernetes' own notation, sorted by key: `app=web,tier in (a,b),!legacy`. */
  readonly text: string
  /** The keys of its requirements, sorted. */
  readonly keys: readonly string[]
  /** Without requirements it matches everything in Kubernetes; Istio's never/alwaysInjectSelector then match nothing. */
  readonly isEmpty: boolean
  matches(labels: Labels): boolean
  /** The first requirement that labels do not meet; undefined where they match. */
  failing(labels: Labels): FailedRequirement | undefined
}

/** A part of a selector that labels do not meet: `tier in (a,b)`. */
export interface FailedRequirement {
  readonly key: string
  readonly text: string
}

/** A selector that Kubernetes would refuse; the message is its own. */
export class SelectorError extends Error {
  readonly code = 'selector'

  constructor(message: string) {
    super(message)
    this.name = 'SelectorError'
  }
}

/** One condition of a selector. */
interface Requirement {
  readonly key: string
  readonly text: string
  readonly matches: (labels: Labels) => boolean
}

/**
 * Compiles a label selector: all of matchLabels and matchExpressions must hold; NotIn also holds where the label is
 * missing. Throws SelectorError for an unknown operator, for values that the operator does not take, for keys and
 * values that are no labels.
 */
export function compileSelector(selector: LabelSelector): Selector {
  const requirements = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => equals(key, value)),
    ...(selector.matchExpressions ?? []).map(expression),
  ].sort((a, b) => compareText(a.key, b.key))
  return {
    text: requirements.map(({ text }) => text).join(','),
    keys: requirements.map(({ key }) => key),
    isEmpty: requirements.length === 0,
    matches: (labels) => requirements.every((requirement) => requirement.matches(labels)),
    failing: (labels) => requirements.find((requirement) => !requirement.matches(labels)),
  }
}

function equals(key: string, value: string): Requirement {
  check(key, [value])
  return { key, text: `${key}=${value}`, matches: (labels) => valueOf(labels, key) === value }
}

function expression({ key, operator, values }: LabelSelectorRequirement): Requirement {
  const list = values ?? []
  switch (operator) {
    case 'In':
      check(key, list, neededValues(list))
      return {
        key,
        text: listText(key, 'in', list),
        matches: (labels) => isOneOf(valueOf(labels, key), list),
      }
    case 'NotIn':
      check(key, list, neededValues(list))
      return {
        key,
        text: listText(key, 'notin', list),
        matches: (labels) => !isOneOf(valueOf(labels, key), list),
      }
    case 'Exists':
      check(key, list, unwantedValues(list))
      return { key, text: key, matches: (labels) => valueOf(labels, key) !== undefined }
    case 'DoesNotExist':
      check(key, list, unwantedValues(list))
      return { key, text: `!${key}`, matches: (labels) => valueOf(labels, key) === undefined }
    default:
      throw new SelectorError(`${quote(operator)} is not a valid label selector operator`)
  }
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}

function isOneOf(value: string | undefined, list: readonly string[]): boolean {
  return value !== undefined && list.includes(value)
}

function listText(key: string, operator: string, values: readonly string[]): string {
  return `${key} ${operator} (${values.toSorted(compareText).join(',')})`
}

function neededValues(values: readonly string[]): string | undefined {
  if (values.length > 0) return undefined
  return "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"
}

function unwantedValues(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined
  return `values: Invalid value: ${marshalJson(values)}: values set must be empty for exists and does not exist`
}

/** Throws all that is wrong with a requirement, as Kubernetes lists it. */
function check(key: string, values: readonly string[], ofOperator?: string): void {
  const faults = [
    ...fault('key', key, labelKeyFaults(key)),
    ...(ofOperator === undefined ? [] : [ofOperator]),
    ...values.flatMap((value, i) => fault(`values[${i}][${key}]`, value, labelValueFaults(value))),
  ]
  if (faults.length === 0) return
  throw new SelectorError(faults.length === 1 ? faults.join('') : `[${faults.join(', ')}]`)
}

function fault(field: string, value: string, problems: readonly string[]): string[] {
  return problems.length === 0 ? [] : [`${field}: Invalid value: ${quote(value)}: ${problems.join('; ')}`]
}
