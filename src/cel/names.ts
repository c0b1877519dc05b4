import type { Expression } from './expression.ts'

/** Names of members and texts in an expression: what it may look at. */
export function namesIn(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>()
  visit(expression, (part) => {
    if (part.op === 'select') names.add(part.field)
    if (part.op === 'literal' && typeof part.value === 'string') names.add(part.value)
  })
  return names
}

function visit(expression: Expression, look: (part: Expression) => void): void {
  look(expression)
  for (const part of partsOf(expression)) visit(part, look)
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case 'literal':
    case 'name':
      return []
    case 'select':
      return [expression.of]
    case 'index':
      return [expression.of, expression.index]
    case 'call':
      return [...(expression.of === undefined ? [] : [expression.of]), ...expression.args]
    case 'list':
      return expression.items.map(({ value }) => value)
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value])
    case 'unary':
      return [expression.operand]
    case 'if':
      return [expression.condition, expression.yes, expression.no]
    default:
      return [expression.left, expression.right]
  }
}
