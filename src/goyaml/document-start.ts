import { grammarFault } from './faults.ts'
import type { Scanner } from './scanner.ts'

/** What tags are short for: `!!int` is `tag:yaml.org,2002:int`. */
export type TagHandles = ReadonlyMap<string, string>

export const standardTagHandles: TagHandles = new Map([
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
])

/** Goes over directives and `---`; returns the tag handles of the document. Throws YamlError. */
export function readDocumentStart(scanner: Scanner): TagHandles {
  const handles = new Map<string, string>()
  let hasVersion = false
  let token = scanner.peek()
  while (token.type === 'version' || token.type === 'tag-handle') {
    if (token.type === 'tag-handle') {
      if (handles.has(token.handle)) throw grammarFault(token, 'found duplicate %TAG directive')
      handles.set(token.handle, token.value)
    } else {
      if (hasVersion) throw grammarFault(token, 'found duplicate %YAML directive')
      if (token.value !== '1.1') throw grammarFault(token, 'found incompatible YAML document')
      hasVersion = true
    }
    scanner.skip()
    token = scanner.peek()
  }
  if (token.type !== 'document-start') throw grammarFault(token, 'did not find expected <document start>')
  scanner.skip()
  return new Map([...standardTagHandles, ...handles])
}
