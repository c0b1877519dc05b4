import type { Answer, AnswerReason, Verdict } from '../admission/answer.ts'
import type { Handled } from '../admission/handle.ts'
import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import { errorSite, type Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** Takes down what became of each request to the webhook. */
export interface Recorder {
  /** Called once a request, when its answer has been handed to the socket. */
  record(handled: Handled, seconds: number, requestBytes: number): void
  /** Writes and counts what has been taken down so far. */
  flush(): void
}

/** How many requests are written and counted together, */
const batchSize = 32

/** and how long the first of them waits for the others. */
const batchMs = 10

/**
 * What is remembered of a request until it is written: never the pod or its patch, which would have to be kept through
 * garbage collections meanwhile.
 */
interface Entry {
  readonly seconds: number
  readonly requestBytes: number
  readonly status: number
  readonly defect: ReturnType<typeof errorSite> | undefined
  /** Undefined for what was no review. */
  readonly review: ReviewEntry | undefined
}

interface ReviewEntry {
  readonly verdict: Verdict
  readonly reason: AnswerReason
  readonly allowed: boolean
  readonly line: Line
}

/**
 * Writes one line a request and counts it. Of the pod nothing is written but its name and its owner: a message may
 * repeat annotations or environment, so messages go to the user of kubectl only.
 *
 * In batches: once a request, the code of log and metrics has to be fetched into the processor's caches each time and
 * throws the server's out, which took 20 µs a request; of 32 it takes 5 (bench/server.ts).
 */
export function createRecorder(log: Logger, metrics: Metrics): Recorder {
  let batch: Entry[] = []
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const entries = batch
    batch = []
    for (const entry of entries) {
      count(metrics, entry)
      write(log, entry)
    }
  }

  return {
    record(handled, seconds, requestBytes) {
      batch.push(entryOf(handled, seconds, requestBytes))
      if (batch.length >= batchSize) flush()
      else timer ??= setTimeout(flush, batchMs)
    },
    flush,
  }
}

function entryOf(handled: Handled, seconds: number, requestBytes: number): Entry {
  const { answer, status, defect } = handled
  return {
    seconds,
    requestBytes,
    status,
    defect: defect && errorSite(defect.cause ?? defect),
    review: answer && {
      verdict: answer.verdict,
      reason: answer.reason,
      allowed: answer.allowed,
      line: lineOf(answer, handled, seconds),
    },
  }
}

function count(metrics: Metrics, { seconds, requestBytes, status, review }: Entry): void {
  metrics.istioRequests.inc()
  metrics.istioTime.observe(seconds)
  metrics.duration.observe(seconds)
  metrics.requestBytes.observe(requestBytes)
  if (review === undefined) {
    metrics.istioFailure.inc()
    metrics.httpErrors.inc(String(status))
    return
  }
  const { verdict, reason, line } = review
  metrics.decisions.inc(verdict, reason, line.dryRun === true ? 'true' : 'false', line.revision ?? '')
  if (verdict === 'injected') {
    metrics.istioSuccess.inc()
    metrics.patchBytes.observe(line.patchBytes)
  } else if (verdict === 'skipped') metrics.istioSkip.inc()
  else metrics.istioFailure.inc()
}

function write(log: Logger, { seconds, requestBytes, status, defect, review }: Entry): void {
  if (review === undefined)
    log.info({ status, ms: milliseconds(seconds), requestBytes, defect }, 'not a review')
  else if (review.allowed) log.info(review.line, 'review')
  else if (defect === undefined) log.warn(review.line, 'review')
  else log.error({ ...review.line, defect }, 'review')
}

/** Undefined members are not written. */
interface Line {
  readonly uid: string | undefined
  readonly namespace: string | undefined
  /** The pod's name, or with a trailing `-` its generateName. */
  readonly pod: string | undefined
  /** `ReplicaSet/web-7d9c4f5b6` */
  readonly owner: string | undefined
  readonly decision: string
  readonly reason: string
  /** What decided: `spec.hostNetwork`. */
  readonly field: string | undefined
  readonly revision: string | undefined
  readonly dryRun: true | undefined
  readonly ms: number
  readonly patchBytes: number
}

function lineOf(answer: Answer, { review, revision }: Handled, seconds: number): Line {
  const metadata = isObject(review?.object) ? objectAt(review.object, 'metadata') : undefined
  return {
    uid: short(review?.uid),
    namespace: short(review?.namespace),
    pod: metadata && short(stringAt(metadata, 'name') || stringAt(metadata, 'generateName')),
    owner: metadata && short(controllerOf(metadata)),
    decision: answer.verdict,
    reason: answer.reason,
    field: answer.field === '' ? undefined : answer.field,
    revision,
    dryRun: review?.dryRun === true ? true : undefined,
    ms: milliseconds(seconds),
    patchBytes: Buffer.byteLength(answer.patch),
  }
}

function controllerOf(metadata: JsonObject): string | undefined {
  for (const reference of listAt(metadata, 'ownerReferences')) {
    if (isObject(reference) && reference['controller'] === true) {
      return `${stringAt(reference, 'kind')}/${stringAt(reference, 'name')}`
    }
  }
  return undefined
}

/** Kubernetes has no longer names than 253 characters (RFC 1123 subdomains), hostile requests may. */
const maxName = 253

function short(name: string | undefined): string | undefined {
  return name !== undefined && name.length > maxName ? name.slice(0, maxName) : name
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3
}
