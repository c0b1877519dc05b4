import type { Surroundings } from '../coverage/surroundings.ts'
import type { Coverage } from '../coverage/types.ts'
import type { StringMap } from '../injection/json.ts'
import type { Revisions } from '../revisions/revisions.ts'
import type { Page, PageAnswer, PageRequest } from '../server/page.ts'
import type { RefusedQuestion } from './answers.ts'
import { readAssets } from './assets.ts'
import { QuestionError } from './errors.ts'
import { refusalOf } from './guard.ts'
import { pageHeaders } from './headers.ts'
import { pictureEncoder } from './encode-picture.ts'
import { readQuestion } from './question.ts'
import { reviewText } from './review.ts'
import { stateOf } from './state.ts'
import { createTurns } from './turns.ts'

export interface ReviewPageOptions {
  /** Of this program. */
  readonly version: string
  /** The settings that are served now. */
  readonly revisions: () => Revisions
  /** The annotations of a namespace, where injection asks for them. */
  readonly annotationsOf: (namespace: string) => StringMap | undefined
  /** The cluster's state now, undefined if it has not been seen yet. Default: none is watched. */
  readonly coverage?: (() => Coverage | undefined) | undefined
  /** Namespaces and webhooks of the cluster. Default: not known. */
  readonly surroundings?: (() => Surroundings | undefined) | undefined
  /** Names by which others than this machine may come. */
  readonly hosts: readonly string[]
}

/** A pod of 1.5 MB, which is the most that etcd stores, and what JSON adds to it. */
const bodyLimit = 2 * 1024 * 1024

/** Questions that are answered or wait for it; each may hold a body and an answer of some megabytes. */
const mostAtOnce = 8

/** The page on which people try pods and look at the cluster. It computes and shows; it changes nothing. */
export function createReviewPage(options: ReviewPageOptions): Page {
  const { version, revisions, annotationsOf, coverage } = options
  const hosts = new Set(options.hosts.map((host) => host.toLowerCase()))
  const assets = readAssets()
  const encode = pictureEncoder()
  const inTurn = createTurns(mostAtOnce)

  function answer(request: PageRequest): PageAnswer | Promise<PageAnswer> {
    const refusal = refusalOf(request, hosts)
    if (refusal !== undefined) return text(refusal.status, refusal.message)
    if (request.path === 'review') return request.method === 'POST' ? review(request.body) : onlyBy('POST')
    if (request.method !== 'GET') return onlyBy('GET')
    if (request.path === 'state') return state()
    if (request.path === 'cluster') return cluster(request)
    const asset = assets.get(request.path === '' ? 'index.html' : request.path)
    return asset === undefined
      ? text(404, '404 page not found')
      : { status: 200, headers: { ...pageHeaders, 'content-type': asset.contentType }, body: asset.text }
  }

  function review(body: Buffer): PageAnswer | Promise<PageAnswer> {
    return inTurn(() => reviewNow(body)) ?? json(503, refused(tooMany))
  }

  async function reviewNow(body: Buffer): Promise<PageAnswer> {
    try {
      const known = { annotationsOf, surroundings: options.surroundings?.() }
      return json(200, await reviewText(revisions(), readQuestion(body), known))
    } catch (error) {
      if (!(error instanceof QuestionError)) throw error
      return json(400, refused(error.message))
    }
  }

  function state(): PageAnswer {
    const namespaces = coverage?.()?.namespaces.map(({ name, labels }) => ({ name, labels })) ?? []
    return json(200, stateOf(revisions(), { version, namespaces, hasPicture: coverage !== undefined }))
  }

  /** The whole picture, or 304 for those who have it already. */
  function cluster({ headers }: PageRequest): PageAnswer {
    if (coverage === undefined) return json(404, refused(noPicture))
    const { text, tag } = encode(coverage())
    const tagged = { ...jsonHeaders, etag: tag }
    if (headers['if-none-match'] === tag) return { status: 304, headers: tagged, body: '' }
    return { status: 200, headers: tagged, body: text }
  }

  return { root: '/review/', bodyLimit, answer }
}

const tooMany = 'others are having their pods reviewed: try again in a moment'
const noPicture = 'no cluster is watched: start the server with -i and --coverage'

function onlyBy(method: string): PageAnswer {
  const answer = text(405, `only ${method}`)
  return { ...answer, headers: { ...answer.headers, allow: method } }
}

function text(status: number, line: string): PageAnswer {
  return {
    status,
    headers: { ...pageHeaders, 'content-type': 'text/plain; charset=utf-8' },
    body: `${line}\n`,
  }
}

const jsonHeaders = { ...pageHeaders, 'content-type': 'application/json' }

function json(status: number, value: unknown): PageAnswer {
  return { status, headers: jsonHeaders, body: JSON.stringify(value) }
}

function refused(message: string): RefusedQuestion {
  return { kind: 'refused', message }
}
