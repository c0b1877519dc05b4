import type { StringMap } from '../injection/json.ts'
import type { Revisions } from '../revisions/revisions.ts'
import type { Page, PageAnswer, PageRequest } from '../server/page.ts'
import type { RefusedQuestion } from './answers.ts'
import { readAssets } from './assets.ts'
import { refusalOf } from './guard.ts'
import { pageHeaders } from './headers.ts'
import type { Picture } from './picture.ts'
import { QuestionError, readQuestion } from './question.ts'
import { reviewText } from './review.ts'
import { stateOf } from './state.ts'

export interface ReviewPageOptions {
  /** Of this program. */
  readonly version: string
  /** The settings that are served now. */
  readonly revisions: () => Revisions
  /** The annotations of a namespace, where injection asks for them. */
  readonly annotationsOf: (namespace: string) => StringMap | undefined
  /** The cluster as it is now. Default: none is watched. */
  readonly picture?: (() => Picture) | undefined
  /** Names by which others than this machine may come. */
  readonly hosts: readonly string[]
}

/** A pod of 1.5 MB, which is the most that etcd stores, and what JSON adds to it. */
const bodyLimit = 2 * 1024 * 1024

/** The page on which people try pods and look at the cluster. It computes and shows; it changes nothing. */
export function createReviewPage(options: ReviewPageOptions): Page {
  const { version, revisions, annotationsOf, picture } = options
  const hosts = new Set(options.hosts.map((host) => host.toLowerCase()))
  const assets = readAssets()

  function answer(request: PageRequest): PageAnswer {
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

  function review(body: Buffer): PageAnswer {
    try {
      return json(200, reviewText(revisions(), readQuestion(body), { annotationsOf }))
    } catch (error) {
      if (!(error instanceof QuestionError)) throw error
      return json(400, { kind: 'refused', message: error.message } satisfies RefusedQuestion)
    }
  }

  function state(): PageAnswer {
    const namespaces = picture?.().namespaces.map(({ name, labels }) => ({ name, labels })) ?? []
    return json(200, stateOf(revisions(), { version, namespaces, hasPicture: picture !== undefined }))
  }

  /** The whole picture, or 304 for those who have it already. */
  function cluster({ headers }: PageRequest): PageAnswer {
    if (picture === undefined)
      return json(404, { kind: 'refused', message: noPicture } satisfies RefusedQuestion)
    const now = picture()
    const etag = `"${now.version}"`
    if (headers['if-none-match'] === etag) return { status: 304, headers: { ...pageHeaders, etag }, body: '' }
    const answer = json(200, now)
    return { ...answer, headers: { ...answer.headers, etag } }
  }

  return { root: '/review/', bodyLimit, answer }
}

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

function json(status: number, value: unknown): PageAnswer {
  return {
    status,
    headers: { ...pageHeaders, 'content-type': 'application/json' },
    body: JSON.stringify(value),
  }
}
