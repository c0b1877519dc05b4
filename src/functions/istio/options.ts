import type { JsonObject, MessageType } from '../../schema/index.ts'

/** What Istio's functions need to know of the release and of the settings. */
export interface IstioFunctionOptions {
  /** formatDuration of nothing: "1s" up to 1.13, "0s" after. */
  readonly noDuration: '1s' | '0s'
  /** toYaml folds long lines (not in 1.9). */
  readonly foldsLines: boolean
  /** UDP and SCTP ports count in port lists (up to 1.3). */
  readonly countsAllPorts: boolean
  /** appendMultusNetwork understands `namespace/name` (from 1.26 and the last 1.23 to 1.25). */
  readonly multusNamespaces: boolean
  /** ProxyConfig of the release, and what protoToJSON leaves out of one because Istio builds it in (from 1.6). */
  readonly proxyConfigType: MessageType
  readonly builtInProxyConfig: JsonObject | undefined
  /** What `env` reads: a map that the operator sets, never the process's environment. */
  readonly environment: ReadonlyMap<string, string>
}
