/** Constants, whose type depends on where they stand (Go's ideal constants). */
import { nodeText } from './node-text.ts'
import type { Node, NumberNode, OperandNode } from './nodes.ts'
import { type Evaluate, fail } from './run.ts'
import { goComplex, typedScalar } from './typed.ts'
import { emptyInterface, type GoType, integerSize } from './types.ts'
import type { Value } from './values.ts'

/** A constant as an argument for a parameter of that type. What does not fit fails when it is evaluated, as in Go. */
export function evaluateConstant(node: OperandNode, type: GoType): Evaluate {
  const { kind, text } = type
  if (node.type === 'nil') {
    if (!type.nilable) return failing(node, `cannot assign nil to ${text}`)
    return always(node, kind === 'reflect' ? undefined : null)
  }
  if (kind === 'reflect' || text === emptyInterface) return evaluateIdeal(node)
  const isNumber = node.type === 'number'
  switch (kind) {
    case 'bool':
      return node.type === 'bool' ? always(node, node.value) : unexpected(node, 'bool')
    case 'string':
      return node.type === 'string' ? always(node, node.text) : unexpected(node, 'string')
    case 'float64':
    case 'float32': {
      if (!isNumber || node.float === undefined) return unexpected(node, 'float')
      return always(node, typedScalar(kind === 'float32' ? Math.fround(node.float) : node.float, text))
    }
    case 'complex64':
    case 'complex128':
      return isNumber && node.complex !== undefined ? evaluateIdeal(node) : unexpected(node, 'complex')
  }
  const size = integerSize(kind)
  if (size === undefined) return failing(node, `can't handle ${nodeText(node)} for arg of type ${text}`)
  return size.signed ? signed(node, type, size.bits) : unsigned(node, type, size.bits)
}

/** A constant where nothing says what type is wanted: its syntax decides. */
export function evaluateIdeal(node: OperandNode): Evaluate {
  switch (node.type) {
    case 'bool':
      return always(node, node.value)
    case 'string':
      return always(node, node.text)
    case 'number':
      return idealNumber(node)
    default:
      return failing(node, `can't evaluate command ${nodeText(node)}`)
  }
}

/** Fails whenever it is evaluated. */
export function failing(node: Node, message: string): Evaluate {
  return (run) => {
    run.node = node
    return fail(run, message)
  }
}

function always(node: Node, value: Value): Evaluate {
  return (run) => {
    run.node = node
    return value
  }
}

function idealNumber(node: NumberNode): Evaluate {
  const { text, complex, float, int } = node
  if (complex !== undefined) return always(node, goComplex(complex.real, complex.imaginary))
  const isHexInteger = /^0[xX]/.test(text) && !/[pP]/.test(text)
  const looksLikeFloat = !isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text)
  if (float !== undefined && looksLikeFloat) return always(node, float)
  return int === undefined ? failing(node, `${text} overflows int`) : always(node, int)
}

function signed(node: OperandNode, { text }: GoType, bits: number): Evaluate {
  const int = node.type === 'number' ? node.int : undefined
  if (int === undefined) return unexpected(node, 'integer')
  return always(node, typedScalar(BigInt.asIntN(bits, int), text))
}

function unsigned(node: OperandNode, { text }: GoType, bits: number): Evaluate {
  const uint = node.type === 'number' ? node.uint : undefined
  if (uint === undefined) return unexpected(node, 'unsigned integer')
  return always(node, typedScalar(BigInt.asUintN(bits, uint), text))
}

function unexpected(node: OperandNode, expected: string): Evaluate {
  return failing(node, `expected ${expected}; found ${nodeText(node)}`)
}
