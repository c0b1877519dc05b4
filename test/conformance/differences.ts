/**
 * Cases where our answer differs, each under the heading of docs/differences.md that gives the reason. A case that is
 * named here and does not differ is wrong, too.
 */
const rows: Readonly<Record<string, readonly string[]>> = {
  'request-namespace': [
    'releases/istio-1.0.0/oracle/webhook-defaults.json#pod-namespace-empty-request-kube-system',
    'releases/istio-1.0.0/oracle/webhook-article-C-mtls.json#pod-namespace-empty-request-kube-system',
    'generated/1.0.0#p0078',
  ],
  'own-sidecar': [
    'releases/istio-1.0.0/oracle/webhook-defaults.json#has-istio-proxy-without-status',
    'releases/istio-1.0.0/oracle/webhook-article-C-mtls.json#has-istio-proxy-without-status',
    ...['p0008', 'p0083'].map((pod) => `generated/1.0.0#${pod}`),
    ...['1.1.17', '1.2.10', '1.4.10', '1.5.10', '1.8.6'].flatMap((release) =>
      ['p0008', 'p0010', 'p0083', 'p0112'].map((pod) => `generated/${release}#${pod}`),
    ),
  ],
  'mesh-is-checked': ['corpus/1.0.0/kube-inject/29-format-duration'],
  'other-chart': (
    '000-hello 002-hello-mtls-not-ready 003-hello-namespace 004-hello-proxy-override 005-hello-config-map-name ' +
    '006-frontend 008-hello-multi 009-hello-ignore 010-multi-init 011-statefulset 012-enable-core-dump-annotation ' +
    '013-auth 014-auth.non-default-service-account 015-auth.cert-dir 016-daemonset 017-job 018-replicaset ' +
    '019-replicationcontroller 020-cronjob 021-pod 023-list 024-list-frontend 025-deploymentconfig ' +
    '026-deploymentconfig-multi 027-traffic-params-empty-includes 028-traffic-annotations ' +
    '029-traffic-annotations-wildcards 030-traffic-annotations-empty-includes 031-multi-container ' +
    '032-status_annotations 033-kubevirtInterfaces_list'
  )
    .split(' ')
    .map((row) => `corpus/1.5.0/default/${row}`),
}

/** The heading's anchor in docs/differences.md, by the case's id. */
export const knownDifferences: ReadonlyMap<string, string> = new Map(
  Object.entries(rows).flatMap(([heading, ids]) => ids.map((id): [string, string] => [id, heading])),
)
