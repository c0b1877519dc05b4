import type { OutgoingHttpHeaders } from 'node:http'
import type { EksName } from './eks-name.ts'

/** How a server is told who is calling, and by what it is recognised. */
export interface Credentials {
  readonly headers: OutgoingHttpHeaders
  readonly tls: TlsCredentials
  /** The address of the proxy to go by. Default: none. */
  readonly proxy?: string | undefined
}

/** PEM texts, and what of the server's certificate is checked. */
export interface TlsCredentials {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name that the certificate must have. Default: the address's. */
  readonly servername?: string | undefined
  /** Default: true. */
  readonly rejectUnauthorized?: boolean | undefined
}

/** An API server, and who we are to it. */
export interface Access {
  /** `https://10.100.0.1:443`, maybe with a path. */
  readonly server: string
  /** Asked for before every call: tokens are short-lived. Rejects with ClusterError `kubeconfig`. */
  credentials(): Promise<Credentials>
  /** The server does not take them (any more): whatever is remembered of them is to be found out anew. */
  forget(): void
  /** Undefined where nothing says that it is one of Amazon EKS. */
  readonly eks?: EksName | undefined
  /** What to do about 401 and 403 here, as the end of a message. */
  readonly advice: string
}
