/** Rows where we differ from Istio on purpose, each with its section in docs/differences.md. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  ...['defaults', 'article-C-mtls'].flatMap((variant): [string, string][] => [
    [
      `releases/istio-1.0.0/oracle/webhook-${variant}.json#pod-namespace-empty-request-kube-system`,
      'request-namespace',
    ],
    [`releases/istio-1.0.0/oracle/webhook-${variant}.json#has-istio-proxy-without-status`, 'own-sidecar'],
  ]),
])
