import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Credentials, TlsCredentials } from './access.ts'

/** The connections of a client. */
export interface Agents {
  /** That for these credentials; connections that others were made with are not used for them. */
  for(credentials: Credentials): HttpAgent
  close(): void
}

/** TCP probes find a peer that is gone within some 20 s, and keep what stands between from forgetting us. */
const probeMs = 10_000

/** Connections to a server of that scheme, kept open between calls. */
export function createAgents(scheme: string): Agents {
  const all = new Set<HttpAgent>()
  let latest: HttpAgent | undefined
  let latestKey = ''

  function made({ tls, proxy }: Omit<Credentials, 'headers'>): HttpAgent {
    const options = {
      keepAlive: true,
      keepAliveMsecs: probeMs,
      // Node's own way by a proxy, from 24.5 on.
      ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
    }
    const agent = scheme === 'http:' ? new HttpAgent(options) : new HttpsAgent({ ...options, ...given(tls) })
    all.add(agent)
    return agent
  }

  return {
    for({ tls, proxy }) {
      const key = JSON.stringify([tls, proxy])
      // Those of before finish their calls; Node closes them when they have been idle.
      if (latest === undefined || key !== latestKey) latest = made({ tls, proxy })
      latestKey = key
      return latest
    },
    close() {
      for (const agent of all) agent.destroy()
    },
  }
}

/** What is undefined would stand in the way of Node's defaults. */
function given(tls: TlsCredentials): TlsCredentials {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined))
}
