import { read, write } from '../goyaml/index.ts'
import { isObject } from '../injection/json.ts'
import { inNumbered } from './numbered.ts'
import { streamParts } from './parts.ts'
import { uninjectObject, type ObjectUninjection } from './uninject-object.ts'

/**
 * Uninjects every workload of a stream of YAML documents. All else stays byte for byte, comments and separators
 * included; so does the whole stream where nothing was injected. Throws ManifestError, which names the document.
 */
export function uninjectStream(uninjection: ObjectUninjection, stream: string): string {
  const parts = streamParts(stream)
  const documents = parts.map(({ document }, index) =>
    inNumbered(index + 1, () => uninjectDocument(uninjection, document)),
  )
  const isChanged = documents.some((document, index) => document !== parts[index]?.document)
  return parts
    .map(({ separator }, index) => {
      // kube-inject writes a separator behind the last document, too.
      const isLast = isChanged && index === parts.length - 1
      return `${documents[index]}${isLast ? '' : separator}`
    })
    .join('')
}

/** Only a document that says istio somewhere can have been injected; others need not even be YAML. */
function uninjectDocument(uninjection: ObjectUninjection, document: string): string {
  if (!document.includes('istio')) return document
  const object = read(document)
  if (!isObject(object)) return document
  const changed = uninjectObject(uninjection, object)
  return changed === object ? document : write(changed, { fold: true })
}
