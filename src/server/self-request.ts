import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { methodNotAllowed } from './errors.ts'

/** A local answer takes milliseconds; a listener that takes longer is not ready. */
const timeoutMs = 5000

/**
 * Asks our own listener and resolves once it has answered, with the certificate that it is to have. Listening alone
 * says little: istiod was ready before its port answered (istio/istio#61049). `GET /inject` is answered by the
 * webhook (405) without an injection.
 */
export function selfRequest({ address, port }: AddressInfo, fingerprint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: reachable(address),
      port,
      path: '/inject',
      timeout: timeoutMs,
      agent: false,
      // Names and issuers are the API server's to check; the fingerprint says more.
      rejectUnauthorized: false,
    })
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    asked.on('error', reject)
    asked.on('response', (response) => {
      response.resume()
      const { socket } = response
      const served = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined
      if (served !== fingerprint) reject(new Error('another certificate is served'))
      else if (response.statusCode !== methodNotAllowed.status)
        reject(new Error(`status ${response.statusCode}`))
      else resolve()
    })
    asked.end()
  })
}

/** Where to reach a listener on all addresses. */
function reachable(address: string): string {
  if (address === '::') return '::1'
  return address === '0.0.0.0' ? '127.0.0.1' : address
}
