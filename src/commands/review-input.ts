import { readDocuments, type Document } from '../reviews/documents.ts'
import { InputError } from '../reviews/errors.ts'
import { itemsOf } from '../reviews/items.ts'
import { wrapReview } from '../reviews/wrap.ts'
import { CommandError } from './errors.ts'

/** One review of the input. */
export interface ReviewInput {
  /** JSON text of an AdmissionReview. */
  readonly review: string
  /** It came as a line of JSON. */
  readonly isLine: boolean
  /** Where it came from, for messages: `reviews.jsonl:3`. */
  readonly place: string
}

/**
 * The reviews of a text: lines of JSON, or YAML documents; of lists, their items. A bare Pod, or the one that a workload
 * would make, is wrapped into a review as the API server would send it, in its own namespace or the given one. Throws
 * CommandError that names the place.
 */
export function readReviews(text: string, file: string, namespace: string): ReviewInput[] {
  return documentsOf(text, file)
    .flatMap(itemsOf)
    .map(({ json, isLine, place }) => ({ review: wrapReview(json, namespace), isLine, place }))
}

function documentsOf(text: string, file: string): Document[] {
  try {
    return readDocuments(text, file)
  } catch (error) {
    throw error instanceof InputError ? new CommandError(error.message, { cause: error }) : error
  }
}
