import { isObject, type Json, type JsonObject } from '../injection/json.ts'
import { ReviewError, type ReviewHead } from './errors.ts'
import { reviewVersions, type Review, type ReviewVersion } from './types.ts'

/** How a body is answered whose version could not be read. */
const unknownHead: ReviewHead = { apiVersion: 'admission.k8s.io/v1', uid: '' }

/** As much of a foreign text as a message repeats. */
const maxQuoted = 64

/**
 * Reads the body of `POST /inject`. The guard is by hand: a schema library would coerce or drop fields of the pod.
 * JSON only; Istio's decoder takes YAML as well, which no API server sends.
 *
 * @throws {ReviewError} not-json, not-a-review, not-a-pod
 */
export function parseReview(body: Buffer | string): Review {
  const review = parseJson(body)
  if (!isObject(review)) throw notAReview(`got ${describe(review)}`, unknownHead)

  const { apiVersion, kind, request } = review
  if (kind !== 'AdmissionReview') throw notAReview(`got kind ${quote(kind)}`, unknownHead)
  if (!isReviewVersion(apiVersion)) throw notAReview(`got apiVersion ${quote(apiVersion)}`, unknownHead)
  // Istio's injectors dereference it unseen and drop the connection.
  if (!isObject(request)) throw notAReview('its request is missing', { apiVersion, uid: '' })

  return readRequest(apiVersion, request)
}

function readRequest(apiVersion: ReviewVersion, request: JsonObject): Review {
  const uid = request['uid'] ?? ''
  if (typeof uid !== 'string') throw notAReview('its request.uid is no string', { apiVersion, uid: '' })

  const namespace = request['namespace'] ?? ''
  if (typeof namespace !== 'string')
    throw notAReview('its request.namespace is no string', { apiVersion, uid })

  const kind = isObject(request['kind']) ? request['kind']['kind'] : undefined
  if (kind !== undefined && kind !== 'Pod') throw notAPod(kind, { apiVersion, uid })

  return { apiVersion, uid, namespace, dryRun: request['dryRun'] === true, object: request['object'] }
}

function parseJson(body: Buffer | string): Json {
  try {
    return JSON.parse(typeof body === 'string' ? body : body.toString('utf8'))
  } catch (cause) {
    // V8's message repeats a part of the body, so it stays in the cause.
    throw new ReviewError('not-json', 'the body is not JSON', unknownHead, { cause })
  }
}

function notAReview(what: string, head: ReviewHead): ReviewError {
  return new ReviewError(
    'not-a-review',
    `expected an AdmissionReview of ${reviewVersions.join(' or ')}, but ${what}; ` +
      'this address is meant for the API server, see clientConfig of the MutatingWebhookConfiguration',
    head,
  )
}

function notAPod(kind: Json, head: ReviewHead): ReviewError {
  return new ReviewError(
    'not-a-pod',
    `the sidecar injector injects pods, but was called for kind ${quote(kind)}; ` +
      'restrict the rules of the MutatingWebhookConfiguration to CREATE of pods',
    head,
  )
}

function isReviewVersion(value: Json | undefined): value is ReviewVersion {
  return reviewVersions.some((version) => version === value)
}

function describe(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function quote(value: Json | undefined): string {
  if (value === undefined) return 'none'
  return typeof value === 'string' ? JSON.stringify(value.slice(0, maxQuoted)) : describe(value)
}
