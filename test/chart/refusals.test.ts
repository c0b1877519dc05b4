/** What the chart refuses, and what it says then. */
import t from 'tap'
import { render, type Helm } from '../../tools/manifests/helm.ts'

function refusal(helm: Helm, values: readonly string[], kubeVersion?: string): string {
  try {
    render({ helm, kubeVersion: kubeVersion ?? '1.34.0', flags: values.flatMap((value) => ['--set', value]) })
  } catch (error) {
    if (error instanceof Error && 'stderr' in error) return String(error.stderr)
    throw error
  }
  return 'rendered'
}

t.test('values.schema.json, which Helm 3 and 4 read', (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['replica=3', "additional properties 'replica' not allowed"],
    ['eks.preset=aws', '/eks/preset'],
    ['ports.webhook=70000', '/ports/webhook'],
    ['revisions={A_b}', '/revisions/0'],
    ['certificates.mode=secret', '/certificates/secretName'],
    ['certificates.caBundle=-----BEGIN CERTIFICATE-----', '/certificates/caBundle'],
    ['webhooks.timeoutSeconds=31', '/webhooks/timeoutSeconds'],
    ['webhooks.failurePolicy=Maybe', '/webhooks/failurePolicy'],
    ['sideBySide.label=inject', '/sideBySide/label'],
    ['image.digest=latest', '/image/digest'],
    ['logLevel=loud', '/logLevel'],
    ['extraArgs={serve}', '/extraArgs/0'],
    ['istio.namespace=Istio', '/istio/namespace'],
    ['tags.stable=1_20', '/tags/stable'],
  ]
  for (const [value, message] of rows) {
    for (const helm of ['helm3', 'helm4'] as const)
      t.match(refusal(helm, [value]), message, `${helm}: ${value}`)
  }
  t.end()
})

t.test('what a schema cannot say, in every Helm', (t) => {
  const rows: readonly (readonly [readonly string[], string, string?])[] = [
    [['eks.preset=fargate', 'ports.webhook=10250'], "port 10250 is the kubelet's on Fargate"],
    [['ports.webhook=8080'], 'ports.webhook and ports.operations are the same'],
    [['webhooks.enableNamespacesByDefault=true', 'revisions={1-30}'], 'add default to revisions'],
    [['webhooks.enableNamespacesByDefault=true'], 'needs Kubernetes 1.21', '1.20.4'],
    [
      ['webhooks.enableNamespacesByDefault=true', 'sideBySide.label=a/b=c'],
      'side by side, namespaces must be labelled',
    ],
    [[], 'take mode secret with a certificate of yours', '1.15.0'],
  ]
  for (const [values, message, kubeVersion] of rows) {
    for (const helm of ['helm2', 'helm3', 'helm4'] as const) {
      t.match(refusal(helm, values, kubeVersion), message, `${helm}: ${values.join(' ')}`)
    }
  }
  t.match(refusal('helm2', ['eks.preset=aws']), 'take default, aws-minimum', 'Helm 2 reads no schema')
  t.match(refusal('helm2', ['certificates.mode=secret']), 'needs certificates.secretName')
  t.match(refusal('helm2', ['sideBySide.label=inject']), 'is a label with its value')
  t.end()
})
