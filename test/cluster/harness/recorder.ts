import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../../src/injection/json.ts'
import { issue } from '../../../src/tls/issue.ts'

/** The parts of an AdmissionReview that are looked at. */
export interface RecordedRequest {
  readonly uid: string
  readonly operation: string
  readonly kind: { readonly kind: string }
  readonly subResource?: string
  readonly namespace: string
  readonly name?: string
  readonly object: JsonObject & {
    readonly metadata: {
      readonly name?: string
      readonly labels?: Readonly<Record<string, string>>
    }
  }
}

/** A call of the API server: the path that it has called, and with what. */
export interface Recorded {
  readonly path: string
  readonly request: RecordedRequest
}

/** A webhook that allows everything and remembers who was called. */
export interface Recorder {
  /** `https://127.0.0.1:40123` */
  readonly url: string
  /** For clientConfig. */
  readonly caBundle: string
  readonly calls: readonly Recorded[]
  close(): Promise<void>
}

export async function startRecorder(): Promise<Recorder> {
  const { cert, key, ca } = await issue(['127.0.0.1'], new Date())
  const calls: Recorded[] = []
  const server = createServer({ cert, key }, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const review: { readonly request: RecordedRequest } = JSON.parse(Buffer.concat(chunks).toString())
    // The API server adds its timeout as a query.
    calls.push({ path: (request.url ?? '').replace(/\?.*/, ''), request: review.request })
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid: review.request.uid, allowed: true },
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${portOf(server)}`,
    caBundle: Buffer.from(ca).toString('base64'),
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('it listens on TCP')
  return address.port
}
