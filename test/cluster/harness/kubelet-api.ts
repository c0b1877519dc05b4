import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { addresses } from './addresses.ts'
import type { Kubelet } from './kubelet.ts'
import { kubeletPort } from './stages.ts'

/**
 * The one thing that API servers ask a kubelet here: the log of a container, for `kubectl logs` and for Helm, as it is now. It has the
 * API server's own certificate, which nobody looks at: without `--kubelet-certificate-authority` none is trusted or distrusted.
 */
export async function serveKubelet(
  kubelet: Kubelet,
  certificates: string,
): Promise<{ readonly close: () => void }> {
  const [cert, key] = await Promise.all(
    ['apiserver.crt', 'apiserver.key'].map((name) => readFile(join(certificates, name))),
  )
  const server = createServer({ cert, key }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://kubelet')
    const isPrevious = searchParams.get('previous') === 'true'
    void logOf(kubelet, pathname, isPrevious).then((text) => {
      if (text === undefined) response.writeHead(404).end(`there is no ${pathname}\n`)
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(text)
    })
  })
  server.listen(kubeletPort, addresses.node)
  await once(server, 'listening')
  return {
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Of `/containerLogs/‹namespace›/‹pod›/‹container›`; the pods have one container each. */
async function logOf(kubelet: Kubelet, path: string, isPrevious: boolean): Promise<Buffer | undefined> {
  const [, what, namespace, name] = path.split('/')
  const pod = kubelet.pods().find((each) => each.namespace === namespace && each.name === name)
  const file = pod?.logs().at(isPrevious ? -2 : -1)
  if (what !== 'containerLogs' || file === undefined) return undefined
  return readFile(file).catch(() => undefined)
}
