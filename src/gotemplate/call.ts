/** Calls of functions and methods: the number of arguments, their types, the call itself. */
import { checkArgument, prepareArgument } from './arguments.ts'
import { evaluateConstant } from './constant.ts'
import { nodeText } from './node-text.ts'
import type { Node, OperandNode } from './nodes.ts'
import { callError, type Evaluate, fail, type Run, spend, spendText, type Variables } from './run.ts'
import { type Callable, callableOf, parameterAt, type Signature } from './signature.ts'
import { anyValue, type GoType, isPointer, isScalar, typeText } from './types.ts'
import {
  goKind,
  type GoMethod,
  type GoValue,
  isGoValue,
  isList,
  type PlainMap,
  type Value,
} from './values.ts'

/** Texts up to this length cost nothing. */
const freeCharacters = 64

/** Lists and maps up to this size cost nothing. */
const freeItems = 64

/** Items of a list or map that count as one step: a function that copies it takes half a step's time for each. */
const itemsPerStep = 2

/** An argument in the template, whose meaning may depend on the parameter's type. */
export interface Argument {
  readonly node: OperandNode
  /** Absent for constants, which become what the parameter wants. */
  readonly evaluate: Evaluate | undefined
}

/** A call in the template. */
export interface Call {
  /** For messages. */
  readonly name: string
  /** What failed, when the function fails: the whole command. */
  readonly node: Node
  readonly args: readonly Argument[]
  /** A value was piped in; it is the last argument. */
  readonly isPiped: boolean
}

/** Go's message if a call gives too few or too many arguments. */
export function miscount({ fixed, rest }: Signature, { name, args, isPiped }: Call): string | undefined {
  const given = args.length + (isPiped ? 1 : 0)
  if (rest === undefined) {
    return given === fixed.length
      ? undefined
      : `wrong number of args for ${name}: want ${fixed.length} got ${given}`
  }
  // Go leaves out the piped value here.
  if (given >= fixed.length) return undefined
  return `wrong number of args for ${name}: want at least ${fixed.length} got ${args.length}`
}

/** An argument as the parameter's type gets it. */
export function bindArgument({ node, evaluate }: Argument, type: GoType): Evaluate {
  if (evaluate === undefined) return evaluateConstant(node, type)
  if (type.kind === 'reflect') {
    return (run, variables, dot, final) => weigh(run, evaluate(run, variables, dot, final))
  }
  return (run, variables, dot, final) =>
    weigh(run, checkArgument(run, evaluate(run, variables, dot, final), type))
}

/** The arguments of a call, the piped one last. Their number fits already. */
export function bindArguments(callable: Signature, { args, isPiped }: Call): readonly Evaluate[] {
  const bound: Evaluate[] = []
  for (const [i, arg] of args.entries()) {
    const type = parameterAt(callable, i)
    if (type !== undefined) bound.push(bindArgument(arg, type))
  }
  const last = isPiped ? parameterAt(callable, args.length) : undefined
  if (last !== undefined) bound.push((run, _variables, _dot, final) => checkArgument(run, final, last))
  return bound
}

/** A call of a function that is known when the template is compiled; one shape for each usual number of arguments. */
export function compileCall(callable: Callable, call: Call): Evaluate {
  const evaluate = compileFree(callable, call)
  const { steps } = callable
  if (steps === 0) return evaluate
  return (run, variables, dot, final) => {
    spend(run, steps)
    return evaluate(run, variables, dot, final)
  }
}

function compileFree(callable: Callable, call: Call): Evaluate {
  const { call: func } = callable
  const bound = bindArguments(callable, call)
  const [a, b, c, d] = bound
  if (bound.length > 4) {
    return (run, vars, dot, final) =>
      invoke(
        run,
        call,
        func,
        bound.map((evaluate) => evaluate(run, vars, dot, final)),
      )
  }
  if (a === undefined) return (run) => invoke0(run, call, func)
  if (b === undefined) return (run, vars, dot, final) => invoke1(run, call, func, a(run, vars, dot, final))
  if (c === undefined) {
    return (run, vars, dot, final) =>
      invoke2(run, call, func, a(run, vars, dot, final), b(run, vars, dot, final))
  }
  if (d === undefined) {
    return (run, vars, dot, final) =>
      invoke3(run, call, func, a(run, vars, dot, final), b(run, vars, dot, final), c(run, vars, dot, final))
  }
  return (run, vars, dot, final) => {
    const first = a(run, vars, dot, final)
    const second = b(run, vars, dot, final)
    const third = c(run, vars, dot, final)
    return invoke4(run, call, func, first, second, third, d(run, vars, dot, final))
  }
}

/** A call of a method, which is known only when the value is. The arguments include none for the receiver. */
export function callMethod(
  run: Run,
  method: GoMethod,
  call: Call,
  variables: Variables,
  dot: Value,
  final: Value,
): Value {
  // Getters are most of it, and views may make them anew each time.
  if (method.params.length === 0 && call.args.length === 0 && !call.isPiped) {
    return invoke0(run, call, () => method.call())
  }
  const callable = callableOf(method)
  const wrong = miscount(callable, call)
  if (wrong !== undefined) return fail(run, wrong)
  const values = bindArguments(callable, call).map((evaluate) => evaluate(run, variables, dot, final))
  return invoke(run, call, callable.call, values)
}

/** `call .Function argument`. */
export function compileDynamicCall(call: Call): Evaluate {
  const [first] = call.args
  const operands = call.args.map((argument) => bindArgument(argument, anyValue))
  return (run, variables, dot, final) => {
    const values = operands.map((operand) => operand(run, variables, dot, final))
    if (call.isPiped) values.push(final)
    const name = first === undefined ? stringOf(final) : nodeText(first.node)
    return invoke(run, call, (func, ...args) => callValue(name, func, args), values)
  }
}

/** reflect.Value.String: what a piped function is called in messages. */
function stringOf(value: Value): string {
  const text = isScalar(value) && !isPointer(value) ? value.scalar : value
  if (typeof text === 'string') return text
  return value === undefined ? '<invalid Value>' : `<${typeText(value)} Value>`
}

/** Calls a function held as data. Throws an Error with Go's message. */
function callValue(name: string, func: Value, args: readonly Value[]): Value {
  if (func === null || func === undefined) throw new Error('call of nil')
  if (!isGoValue(func) || func[goKind] !== 'func') {
    throw new Error(`non-function ${name} of type ${typeText(func)}`)
  }
  const callable = callableOf(func.func)
  const { length } = callable.fixed
  if (callable.rest === undefined ? args.length !== length : args.length < length) {
    const want = callable.rest === undefined ? length : `at least ${length}`
    throw new Error(`wrong number of args for ${name}: got ${args.length} want ${want}`)
  }
  const prepared = args.map((arg, i) => {
    try {
      const type = parameterAt(callable, i)
      return type === undefined ? arg : prepareArgument(arg, type)
    } catch (error) {
      throw new Error(`arg ${i}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  })
  return callable.call(...prepared)
}

// The calls themselves, without an array where there are few arguments.

type Func = Callable['call']

function invoke(run: Run, call: Call, func: Func, values: readonly Value[]): Value {
  try {
    return weigh(run, func(...values))
  } catch (error) {
    throw callError(run, call, error)
  }
}

function invoke0(run: Run, call: Call, func: Func): Value {
  try {
    return weigh(run, func())
  } catch (error) {
    throw callError(run, call, error)
  }
}

function invoke1(run: Run, call: Call, func: Func, a: Value): Value {
  try {
    return weigh(run, func(a))
  } catch (error) {
    throw callError(run, call, error)
  }
}

function invoke2(run: Run, call: Call, func: Func, a: Value, b: Value): Value {
  try {
    return weigh(run, func(a, b))
  } catch (error) {
    throw callError(run, call, error)
  }
}

function invoke3(run: Run, call: Call, func: Func, a: Value, b: Value, c: Value): Value {
  try {
    return weigh(run, func(a, b, c))
  } catch (error) {
    throw callError(run, call, error)
  }
}

function invoke4(run: Run, call: Call, func: Func, a: Value, b: Value, c: Value, d: Value): Value {
  try {
    return weigh(run, func(a, b, c, d))
  } catch (error) {
    throw callError(run, call, error)
  }
}

/** Passes a value on; long texts, lists and maps count as work. */
function weigh(run: Run, value: Value): Value {
  if (typeof value === 'string') {
    if (value.length > freeCharacters) spendText(run, value)
  } else if (typeof value === 'object' && value !== null) {
    const size = sizeOf(value)
    if (size > freeItems) spend(run, Math.trunc(size / itemsPerStep))
  }
  return value
}

function sizeOf(value: GoValue | PlainMap | readonly Value[]): number {
  if (isList(value)) return value.length
  if (!isGoValue(value)) return Object.keys(value).length
  if ('size' in value) return value.size
  return 'length' in value ? value.length : 0
}
