import { CelNotKnown, noOverload } from './errors.ts'
import type { Expression } from './expression.ts'
import { attempt, optional, settled, truthOf, type Scope } from './scope.ts'
import { kindOf, listOf, none, optionalOf, surelyThere, whole, type Value } from './value.ts'

/** What a macro makes of what it is called on. */
type Macro = (of: Value, scope: Scope) => Value

/** A body with its variables bound to an item. */
type Body = (item: Item, scope: Scope) => Value

/** What is gone through: of a list index and item, of a map key and value. */
type Item = readonly [key: Value, value: Value]

interface Range {
  readonly items: readonly Item[]
  readonly isOrdered: boolean
  readonly isMap: boolean
}

/** The macro that a call is, by its name and arguments; undefined for one that is none. */
export function macroOf(name: string, args: readonly Expression[]): Macro | undefined {
  const [first, second] = args
  if (first?.op !== 'name') return undefined
  const isOptional = name === 'optMap' || name === 'optFlatMap'
  if (isOptional && args.length === 2) return optionalMacro(name, first.name, args[1])
  const two =
    second?.op === 'name' && twoVariables.get(name)?.includes(args.length) === true ? second.name : undefined
  const bodies = args.slice(two === undefined ? 1 : 2)
  const build = bodies.length > 2 ? undefined : builders.get(two === undefined ? name : `${name}/2`)
  if (build === undefined) return undefined
  const bound = bodies.map((body): Body => (item, scope) => {
    const names = new Map(scope.names)
    bind(names, first.name, two, item)
    return scope.valueIn(body, { ...scope, names })
  })
  const [one, other] = bound
  return one === undefined || (other !== undefined && !withFilter.has(name))
    ? undefined
    : build(one, other, two !== undefined)
}

/** With one variable it is the item of a list, the key of a map: ranges have put it first. */
function bind(
  names: Map<string, Value>,
  first: string,
  second: string | undefined,
  [key, value]: Item,
): void {
  names.set(first, key)
  if (second !== undefined) names.set(second, value)
}

/** The numbers of arguments of macros with two variables. */
const twoVariables: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [3]],
  ['exists', [3]],
  ['existsOne', [3]],
  ['exists_one', [3]],
  ['transformList', [3, 4]],
  ['transformMap', [3, 4]],
])

const withFilter: ReadonlySet<string> = new Set(['map', 'transformList', 'transformMap'])

type Build = (body: Body, transform: Body | undefined, isTwo: boolean) => Macro

const builders: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['all', quantifier(false)],
  ['all/2', quantifier(false)],
  ['exists', quantifier(true)],
  ['exists/2', quantifier(true)],
  ['exists_one', only],
  ['existsOne', only],
  ['exists_one/2', only],
  ['existsOne/2', only],
  ['filter', filter],
  ['map', transform],
  ['transformList/2', transform],
  ['transformMap/2', transformMap],
])

/** all() and exists(): the first item that decides, decides; what fails counts only if none does. */
function quantifier(decisive: boolean): Build {
  return (body, _, isTwo) => (of, scope) => {
    const results = []
    for (const item of rangeOf(of, isTwo).items) {
      const result = attempt(() => truthOf(body(item, scope), decisive ? '||' : '&&'))
      if (result === decisive) return decisive
      results.push(result)
    }
    return settled(results, !decisive)
  }
}

function only(body: Body, _: Body | undefined, isTwo: boolean): Macro {
  return (of, scope) => kept(of, isTwo, body, scope).items.length === 1
}

function filter(body: Body): Macro {
  return (of, scope) => {
    const { items, isOrdered } = kept(of, false, body, scope)
    return listOf(
      items.map(([item]) => item),
      isOrdered,
    )
  }
}

/** With two bodies the first one chooses. */
function transform(first: Body, second: Body | undefined, isTwo: boolean): Macro {
  return (of, scope) => {
    const { items, isOrdered } = second === undefined ? wholeRange(of, isTwo) : kept(of, isTwo, first, scope)
    return listOf(
      items.map((item) => (second ?? first)(item, scope)),
      isOrdered,
    )
  }
}

function transformMap(first: Body, second: Body | undefined): Macro {
  return (of, scope) => {
    const { items, isMap } = second === undefined ? wholeRange(of, true) : kept(of, true, first, scope)
    const entries = items.map((item): Item => [item[0], (second ?? first)(item, scope)])
    return {
      kind: 'map',
      entries: new Map(entries),
      isObject: isMap && entries.every(([key]) => typeof key === 'string'),
    }
  }
}

function kept(of: Value, isTwo: boolean, body: Body, scope: Scope): Range {
  const range = wholeRange(of, isTwo)
  return { ...range, items: range.items.filter((item) => truthOf(body(item, scope), '?:')) }
}

/** What is gone through, if all of it is known: a quantifier may be decided by a part, others need it whole. */
function wholeRange(of: Value, isTwo: boolean): Range {
  if (typeof of === 'object' && of?.kind === 'list') whole(of)
  return rangeOf(of, isTwo)
}

function rangeOf(of: Value, isTwo: boolean): Range {
  if (typeof of === 'object' && of?.kind === 'list') {
    const { items, isOrdered } = of
    if (isTwo && !isOrdered) throw new CelNotKnown('it depends on the order of the keys of a map')
    const pairs = items.map((item, index): Item => (isTwo ? [BigInt(index), item] : [item, null]))
    return { items: pairs, isOrdered, isMap: false }
  }
  if (typeof of === 'object' && of?.kind === 'map') {
    for (const member of of.entries.values()) surelyThere(member)
    return { items: [...of.entries], isOrdered: of.entries.size < 2, isMap: true }
  }
  throw noOverload(`a macro on a ${kindOf(of)}`)
}

/** `of.optMap(x, …)` */
function optionalMacro(name: string, variable: string, body: Expression | undefined): Macro {
  return (of, scope) => {
    const { value } = optional(of)
    if (value === undefined || body === undefined) return none
    const result = scope.valueIn(body, { ...scope, names: new Map(scope.names).set(variable, value) })
    return name === 'optMap' ? optionalOf(result) : optional(result)
  }
}
