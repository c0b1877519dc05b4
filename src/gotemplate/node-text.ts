import { quote } from '../golang/quote.ts'
import type { BranchNode, Node, OperandNode, PipeNode } from './nodes.ts'

/** A node as Go's `String` writes it in messages: `{{template "x" .}}`, `index .Values "a"`. */
export function nodeText(node: Node): string {
  switch (node.type) {
    case 'list':
      return node.nodes.map(nodeText).join('')
    case 'text':
      return node.text
    case 'action':
      return `{{${nodeText(node.pipe)}}}`
    case 'if':
    case 'with':
    case 'range':
      return branchText(node)
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${nodeText(node.pipe)}`}}}`
    case 'break':
    case 'continue':
      return `{{${node.type}}}`
    case 'pipe':
      return pipeText(node)
    case 'command':
      return node.args.map(argumentText).join(' ')
    case 'identifier':
      return node.name
    case 'variable':
      return [node.name, ...node.fields].join('.')
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'field':
      return fieldsText(node.fields)
    case 'chain':
      return argumentText(node.node) + fieldsText(node.fields)
    case 'bool':
      return String(node.value)
    case 'number':
      return node.text
    default:
      return node.quoted
  }
}

function branchText({ type, pipe, list, otherwise }: BranchNode): string {
  const rest = otherwise === undefined ? '' : `{{else}}${nodeText(otherwise)}`
  return `{{${type} ${nodeText(pipe)}}}${nodeText(list)}${rest}{{end}}`
}

function pipeText({ declarations, isAssign, commands }: PipeNode): string {
  const declared = declarations.map(nodeText).join(', ')
  const head = declared === '' ? '' : `${declared} ${isAssign ? '=' : ':='} `
  return head + commands.map(nodeText).join(' | ')
}

function argumentText(node: OperandNode): string {
  return node.type === 'pipe' ? `(${nodeText(node)})` : nodeText(node)
}

function fieldsText(fields: readonly string[]): string {
  return fields.map((field) => `.${field}`).join('')
}
