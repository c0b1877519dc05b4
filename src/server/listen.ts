import type { AddressInfo, Server } from 'node:net'

/** What both listeners are: a Fastify instance, over TLS or not. */
interface Listener {
  readonly server: Server
  listen(options: { port: number; host: string }): Promise<string>
}

/**
 * Listens on one address, or on all of them, IPv6 included, if none is named; port 0 takes a free one.
 * Resolves with what was bound.
 */
export async function listen(
  listener: Listener,
  port: number,
  address: string | undefined,
): Promise<AddressInfo> {
  await bind(listener, port, address)
  const bound = listener.server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('the listener has no port')
  return bound
}

async function bind(listener: Listener, port: number, address: string | undefined): Promise<void> {
  if (address !== undefined) {
    await listener.listen({ port, host: address })
    return
  }
  try {
    await listener.listen({ port, host: '::' })
  } catch (error) {
    if (!isWithoutIPv6(error)) throw error
    await listener.listen({ port, host: '0.0.0.0' })
  }
}

function isWithoutIPv6(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL')
  )
}
