import { sumUp } from '../../src/coverage/coverage-of.ts'
import type { Surroundings } from '../../src/coverage/surroundings.ts'
import type { Coverage, CoverageReason, CoverageState } from '../../src/coverage/types.ts'
import type { Revisions } from '../../src/revisions/revisions.ts'
import { readNamespace } from '../../src/selection/namespace.ts'
import { readWebhooks } from '../../src/selection/webhook-entry.ts'

/** A cluster of one pod. */
export function made(state: CoverageState, reason: CoverageReason): Coverage {
  const pod = { namespace: 'shop', name: 'web', owner: undefined, state, reason, message: 'so it is' }
  return sumUp([{ ...pod, revision: undefined, version: undefined }], new Map(), [])
}

const podRule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }

/** Three namespaces, and a webhook with a label of its own, which leaves out pods that are annotated; another asks who creates the pod. */
export function surroundingsOf(revisions: Revisions): Surroundings {
  const namespaces = [
    { metadata: { name: 'shop', labels: { inject: 'yes' } } },
    { metadata: { name: 'plain', labels: {} } },
    { metadata: { name: 'asking', labels: { inject: 'maybe' } } },
  ].map(readNamespace)
  const { entries } = readWebhooks([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'ours' },
      webhooks: [
        {
          name: 'sidecar.example',
          rules: [podRule],
          clientConfig: { service: { namespace: 'injector', name: 'injector', path: '/inject' } },
          namespaceSelector: { matchLabels: { inject: 'yes' } },
          matchConditions: [
            { name: 'not-left', expression: "!('leave' in object.metadata.?annotations.orValue({}))" },
            {
              name: 'fails',
              expression: "!('hard' in object.metadata.?labels.orValue({})) || object.none == 1",
            },
          ],
        },
        {
          name: 'asks.example',
          rules: [podRule],
          clientConfig: { url: 'https://injector.example/inject/cluster/c%201' },
          namespaceSelector: { matchLabels: { inject: 'maybe' } },
          matchConditions: [{ name: 'asks', expression: "request.userInfo.username == 'me'" }],
        },
      ],
    },
  ])
  return {
    revisions,
    namespaces: new Map(namespaces.map((facts) => [facts.name, facts])),
    webhooks: entries,
  }
}
