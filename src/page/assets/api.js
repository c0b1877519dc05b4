/** @import { PageState, ReviewAnswer, ReviewQuestion } from '../answers.ts' */
/** @import { Picture } from '../picture.ts' */

/** What the server, or the way to it, has to say against a question; for people. */
export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options)
    this.name = 'Trouble'
  }
}

/** @returns {Promise<PageState>} */
export async function getState() {
  return (await call('state')).json()
}

/**
 * @param {ReviewQuestion} question
 * @returns {Promise<ReviewAnswer>}
 */
export async function askReview(question) {
  const body = JSON.stringify(question)
  const headers = { 'content-type': 'application/json' }
  return (await call('review', { method: 'POST', body, headers })).json()
}

/** What was shown last, so that the same is not sent again. */
let lastTag = ''

/** The cluster; undefined if it is as it was.
 *
 * @returns {Promise<Picture | undefined>} */
export async function getPicture() {
  const response = await call('cluster', lastTag === '' ? {} : { headers: { 'if-none-match': lastTag } })
  if (response.status === 304) return undefined
  lastTag = response.headers.get('etag') ?? ''
  return response.json()
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
async function call(path, init = {}) {
  /** @type {Response} */
  let response
  try {
    response = await fetch(path, { cache: 'no-store', ...init })
  } catch (cause) {
    throw new Trouble('The server does not answer. Does it run still, and `kubectl port-forward` to it?', {
      cause,
    })
  }
  if (response.ok || response.status === 304) return response
  throw new Trouble(await messageOf(response))
}

/** @param {Response} response */
async function messageOf(response) {
  const text = await response.text()
  if (response.status === 413) return 'That is more text than the server takes at once (2 MiB).'
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('application/json')) return text
  const { message } = JSON.parse(text)
  return String(message)
}
