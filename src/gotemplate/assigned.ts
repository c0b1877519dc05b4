import type { CommandNode, ListNode, OperandNode, PipeNode, StatementNode } from './nodes.ts'

/** The names of the variables that a list assigns to (`$x = 1`), at any depth. */
export function assignedNames(list: ListNode): ReadonlySet<string> {
  const names = new Set<string>()
  collectFromList(list, names)
  return names
}

function collectFromList({ nodes }: ListNode, names: Set<string>): void {
  for (const node of nodes) collectFromStatement(node, names)
}

function collectFromStatement(node: StatementNode, names: Set<string>): void {
  if ('pipe' in node && node.pipe !== undefined) collectFromPipe(node.pipe, names)
  if (!('list' in node)) return
  collectFromList(node.list, names)
  if (node.otherwise !== undefined) collectFromList(node.otherwise, names)
}

function collectFromPipe({ isAssign, declarations, commands }: PipeNode, names: Set<string>): void {
  if (isAssign) for (const { name } of declarations) names.add(name)
  for (const command of commands) collectFromCommand(command, names)
}

function collectFromCommand({ args }: CommandNode, names: Set<string>): void {
  for (const operand of args) collectFromOperand(operand, names)
}

function collectFromOperand(operand: OperandNode, names: Set<string>): void {
  if (operand.type === 'pipe') collectFromPipe(operand, names)
  if (operand.type === 'chain') collectFromOperand(operand.node, names)
}
