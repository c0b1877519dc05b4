import type { IncomingMessage } from 'node:http'
import type { Json } from '../golang/json-value.ts'
import { ClusterError, type ClusterErrorCode } from './errors.ts'
import { textAt } from './objects.ts'

const codes: Readonly<Record<number, ClusterErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  429: 'too-many-requests',
}

/** An answer of 400 and more, with what its Status says; `advice` is for those that are about who is calling. */
export function refusal(call: string, response: IncomingMessage, body: string, advice: string): ClusterError {
  const { statusCode = 0, statusMessage = '' } = response
  const status = parsed(body)
  const said = textAt(status, 'message') ?? (body.trim().slice(0, 200) || statusMessage)
  const code = codes[statusCode] ?? (statusCode < 500 ? 'invalid' : 'server')
  const isAboutUs = code === 'unauthorized' || code === 'forbidden'
  return new ClusterError(code, `${call}: ${statusCode} ${said}${isAboutUs ? `; ${advice}` : ''}`, {
    status: statusCode,
    reason: textAt(status, 'reason'),
    retryAfterSeconds: secondsOf(response.headers['retry-after']),
  })
}

/** Undefined for the page of a proxy, say. */
function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The API server writes seconds; the date that HTTP allows as well is not worth a clock. */
function secondsOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined
}
