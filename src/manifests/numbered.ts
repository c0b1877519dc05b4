import { unmarshalMessage, YamlError } from '../goyaml/index.ts'
import { ManifestError } from './errors.ts'

/** Does some work on a document of a stream; what it throws then names the document, counted from 1. */
export function inNumbered(document: number, work: () => string): string {
  try {
    return work()
  } catch (error) {
    if (error instanceof ManifestError) {
      throw new ManifestError(error.code, error.message, { cause: error.cause, document })
    }
    if (!(error instanceof YamlError)) throw error
    throw new ManifestError('yaml-invalid', unmarshalMessage(error), { cause: error, document })
  }
}
