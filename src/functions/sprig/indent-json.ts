import { checkText } from './limits.ts'

const indentation = '  '

/** json.Indent with two blanks, of JSON without blanks. Throws TextLimitError if that is enormous. */
export function indentJson(json: string): string {
  let indented = ''
  let depth = 0
  const newLine = (): void => {
    indented += `\n${indentation.repeat(depth)}`
    checkText(indented.length)
  }
  for (let at = 0; at < json.length;) {
    const char = json.charAt(at)
    const end = char === '"' ? stringEnd(json, at) : at + 1
    if (char === '}' || char === ']') {
      depth--
      newLine()
    }
    indented += json.slice(at, end)
    at = end
    if (char === ':') indented += ' '
    if (char === ',') newLine()
    if (char !== '{' && char !== '[') continue
    if (json[at] === '}' || json[at] === ']') indented += json.charAt(at++)
    else {
      depth++
      newLine()
    }
  }
  return indented
}

/** Where the string that begins there ends. */
function stringEnd(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}
