import { read, readTyped, splitDocuments, write } from '../goyaml/index.ts'
import { isObject, stringAt } from '../injection/json.ts'
import { structNamed, yamlTarget } from '../schema/index.ts'
import { ManifestError } from './errors.ts'
import { injectObject, isKnownKind, type ObjectInjection } from './inject-object.ts'
import { inNumbered } from './numbered.ts'

/**
 * Injects every workload of a stream of YAML documents, as `istioctl kube-inject` does: documents of other kinds
 * are copied byte for byte, and each document is followed by a line `---`. Throws ManifestError, which names the
 * document.
 */
export function injectStream(injection: ObjectInjection, stream: string): string {
  return splitDocuments(stream)
    .map((document, index) => `${inNumbered(index + 1, () => injectDocument(injection, document))}---\n`)
    .join('')
}

function injectDocument(injection: ObjectInjection, document: string): string {
  const kind = kindOf(document)
  if (!isKnownKind(injection, kind)) return document
  const target = yamlTarget(injection.kinds.get(kind)?.type ?? structNamed('v1.List'))
  const object = readTyped(document, target)
  return write(injectObject(injection, isObject(object) ? object : {}), { fold: injection.foldsLines })
}

/** The document's kind, "" if it has none; a scalar or list is no object that Kubernetes could take. */
function kindOf(document: string): string {
  const json = read(document)
  if (json === null) return ''
  if (!isObject(json)) {
    const found = Array.isArray(json) ? 'array' : typeof json === 'boolean' ? 'bool' : typeof json
    const message = `error unmarshaling JSON: json: cannot unmarshal ${found} into Go value of type v1.TypeMeta`
    throw new ManifestError('object-undecodable', message)
  }
  return stringAt(json, 'kind')
}
