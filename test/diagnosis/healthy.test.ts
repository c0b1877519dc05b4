/** No false alarm; and no all-clear without a proof. */
import t from 'tap'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import { healthyClusters } from './healthy.ts'
import {
  admitted,
  configuration,
  event,
  failedCall,
  healthy,
  injectorName,
  ourLabels,
  refused,
  webhook,
} from './made.ts'

for (const { title, seen } of healthyClusters) {
  t.test(title, (t) => {
    const { findings, verdict } = diagnose({ ...healthy, ...seen })
    t.same(
      findings.map(({ cause, title }) => `${cause}: ${title}`),
      [],
    )
    t.equal(verdict, 'works')
    t.end()
  })
}

const unsent = { kind: 'not-sent', why: 'POST /api/v1/…: 403 cannot create resource "pods"' } as const

/** Nothing is found, and nothing is proven. */
const unproven: readonly {
  readonly title: string
  readonly seen: Partial<Observations>
  readonly says: RegExp
}[] = [
  {
    title: 'who may not create pods',
    seen: { canary: unsent },
    says: /the whole path, by a canary: .*create resource/,
  },
  {
    title: 'who may see nothing at all',
    seen: {
      ...Object.fromEntries(
        [
          'configurations',
          'namespaces',
          'nodes',
          'daemonSets',
          'endpointSlices',
          'pods',
          'events',
          'metrics',
          'configMaps',
        ].map((part) => [part, { missing: '403' }]),
      ),
      services: {},
      endpoints: [],
      canary: { kind: 'not-sent', why: 'namespaces may not be listed' },
    },
    says: /namespaces may not be listed/,
  },
  {
    title: 'a namespace that takes no such pod, with or without a sidecar',
    seen: {
      canary: refused(
        'pods "canary" is forbidden: exceeded quota: all, requested: pods=1, used: pods=0, limited: pods=0',
        403,
      ),
      control: refused('pods "canary" is forbidden: exceeded quota: all', 403),
    },
    says: /does not take it without a sidecar, either/,
  },
  {
    title: 'a namespace that is not there',
    seen: {
      asked: { namespace: 'web' },
      canary: refused('namespaces "web" not found', 404),
      control: refused('namespaces "web" not found', 404),
    },
    says: /namespaces "web" not found/,
  },
  {
    title: 'a policy about labels, which stops the canary alone, too',
    seen: {
      canary: refused(
        'admission webhook "validate.kyverno.svc" denied the request: sidecar owner is missing',
        400,
      ),
      control: refused(
        'admission webhook "validate.kyverno.svc" denied the request: sidecar owner is missing',
        400,
      ),
    },
    says: /does not take it without a sidecar, either/,
  },
  {
    title: 'a canary that comes back, seen by nobody, where calls may fail open and nothing is counted',
    seen: {
      configurations: {
        value: [configuration(injectorName, [webhook({ failurePolicy: 'Ignore' })], ourLabels)],
      },
      canary: admitted(undefined, ['canary']),
      metrics: { missing: '403' },
    },
    says: /no injector has seen it/,
  },
  {
    title: 'Events of longer ago than a quarter of an hour',
    seen: {
      canary: unsent,
      endpoints: [],
      events: {
        value: [
          event('FailedCreate', `Error creating: ${failedCall('dial tcp 10.0.27.20:9443: i/o timeout')}`, {
            lastTimestamp: '2026-11-24T09:40:00Z',
          }),
        ],
      },
    },
    says: /the whole path/,
  },
]

for (const { title, seen, says } of unproven) {
  t.test(`no cause, and no proof: ${title}`, (t) => {
    const { findings, verdict, unchecked } = diagnose({ ...healthy, ...seen })
    t.same(
      findings.map(({ cause, title }) => `${cause}: ${title}`),
      [],
    )
    t.equal(verdict, 'unknown')
    t.match(unchecked.join('\n'), says)
    t.end()
  })
}

/** What an Event has told, and what can be seen now. */
const told: readonly {
  readonly reason: string
  readonly minutes: number
  readonly seen?: Partial<Observations>
  readonly causes: readonly string[]
}[] = [
  { reason: 'dial tcp 10.0.27.20:9443: connect: connection refused', minutes: 1, causes: [] },
  { reason: 'dial tcp 10.0.27.20:9443: connect: no route to host', minutes: 1, causes: [] },
  { reason: 'Address is not allowed', minutes: 1, causes: [] },
  { reason: `no endpoints available for service "${injectorName}"`, minutes: 1, causes: [] },
  { reason: `service "${injectorName}" not found`, minutes: 1, causes: [] },
  { reason: 'no service port 443 found for service "eks-sidecar-injector"', minutes: 1, causes: [] },
  { reason: 'x509: certificate signed by unknown authority', minutes: 1, causes: [] },
  {
    reason: 'x509: certificate has expired or is not yet valid: current time X is after Y',
    minutes: 1,
    causes: [],
  },
  { reason: 'context deadline exceeded', minutes: 10, causes: [] },
  { reason: 'context deadline exceeded', minutes: 1, causes: ['dead-connections'] },
  { reason: 'EOF', minutes: 10, causes: [] },
  { reason: 'EOF', minutes: 1, causes: ['connection-broken'] },
  {
    reason: 'EOF',
    minutes: 1,
    seen: {
      configurations: {
        value: [
          {
            ...configuration(injectorName, [webhook()]),
            metadata: {
              name: injectorName,
              labels: ourLabels,
              managedFields: [{ manager: 'helm', time: '2026-11-24T09:59:30Z' }],
            },
          },
        ],
      },
    },
    causes: [],
  },
  {
    reason: 'dial tcp 10.0.27.20:9443: connect: connection refused',
    minutes: 1,
    seen: { endpoints: [] },
    causes: ['port-closed'],
  },
]

t.test('what Events tell is current only where nothing speaks against it', (t) => {
  for (const { reason, minutes, seen, causes } of told) {
    const lastTimestamp = new Date(Date.parse(healthy.at) - minutes * 60_000).toISOString()
    const events = {
      value: [event('FailedCreate', `Error creating: ${failedCall(reason)}`, { lastTimestamp })],
    }
    const { findings } = diagnose({ ...healthy, canary: unsent, events, ...seen })
    t.same(
      findings.map(({ cause }) => cause),
      causes,
      `${reason}, ${minutes} min ago`,
    )
  }
  t.end()
})
