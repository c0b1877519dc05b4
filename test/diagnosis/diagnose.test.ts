import fc from 'fast-check'
import t from 'tap'
import { causes, diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import { healthy, refused } from './made.ts'
import { rows } from './rows.ts'

for (const { title, seen, causes: expected, certainty, says = [] } of rows) {
  t.test(title, (t) => {
    const { findings } = diagnose({ ...healthy, ...seen })
    t.same(findings.map(({ cause }) => cause).toSorted(), expected.toSorted())
    if (certainty !== undefined) t.equal(findings[0]?.certainty, certainty)
    const text = findings.flatMap(({ title, evidence, remedy }) => [title, ...evidence, ...remedy]).join('\n')
    for (const words of says) t.match(text, words)
    for (const finding of findings) {
      t.ok(finding.evidence.length > 0, `${finding.cause} has evidence`)
      t.ok(finding.remedy.length > 0, `${finding.cause} says what to do`)
    }
    t.end()
  })
}

t.test('every cause has its row', (t) => {
  const found = new Set(rows.flatMap(({ causes }) => causes))
  for (const { id } of causes) t.ok(found.has(id), id)
  t.equal(new Set(causes.map(({ id }) => id)).size, causes.length, 'and a name of its own')
  t.end()
})

const parts = [
  'version',
  'admissionApi',
  'configurations',
  'namespaces',
  'nodes',
  'daemonSets',
  'endpointSlices',
  'pods',
  'deployments',
  'networkPolicies',
  'securityGroupPolicies',
  'eniConfigs',
  'configMaps',
  'events',
  'metrics',
] as const satisfies readonly (keyof Observations)[]

/** What is but a consequence of what a row is about may be told where the row's cause cannot be seen. */
function allowed(expected: readonly string[]): ReadonlySet<string> {
  const consequences = expected.flatMap((id) => causes.find((cause) => cause.id === id)?.consequences ?? [])
  return new Set([...expected, ...consequences])
}

t.test('whatever cannot be seen, nothing wrong is said to be certain', (t) => {
  const subsets = fc.tuple(fc.constantFrom(...rows), fc.subarray([...parts, 'services', 'probes'] as const))
  fc.assert(
    fc.property(subsets, ([row, hidden]) => {
      const seen = hide({ ...healthy, ...row.seen }, hidden)
      const wrong = diagnose(seen).findings.filter(
        ({ cause, certainty }) =>
          certainty === 'certain' && !allowed([...row.causes, ...(row.also ?? [])]).has(cause),
      )
      if (wrong.length > 0)
        throw new Error(
          `${row.title} without ${hidden.join(', ')}: ${wrong.map(({ cause }) => cause).join(', ')}`,
        )
    }),
    { numRuns: 2000, seed: 12 },
  )
  t.pass('combinations of rows and parts')
  t.end()
})

function hide(seen: Observations, hidden: readonly string[]): Observations {
  const missing = { missing: '403' }
  const parts = Object.fromEntries(
    hidden.filter((part) => part !== 'services' && part !== 'probes').map((part) => [part, missing]),
  )
  const services = Object.fromEntries(Object.keys(seen.services).map((name) => [name, missing]))
  const endpoints = seen.endpoints.map((probe) => ({
    ...probe,
    byApiServer: missing,
    direct: missing,
    self: missing,
  }))
  return {
    ...seen,
    ...parts,
    services: hidden.includes('services') ? services : seen.services,
    endpoints: hidden.includes('probes') ? endpoints : seen.endpoints,
  }
}

t.test('what cannot be seen is said', (t) => {
  for (const part of parts) {
    const { unchecked } = diagnose(hide(healthy, [part]))
    t.ok(
      unchecked.some((line) => line.endsWith(': 403')),
      part,
    )
  }
  t.same(diagnose(healthy).unchecked, [])
  const kyverno = 'admission webhook "validate.kyverno.svc" denied the request: label team is required'
  const { unchecked } = diagnose({ ...healthy, canary: refused(kyverno, 400) })
  t.match(unchecked, [/^the whole path, by a canary: validate\.kyverno\.svc does not admit it/])
  t.end()
})

t.test('what is there beside changes nothing', (t) => {
  for (const { title, seen, causes: expected } of rows) {
    if (seen.failure !== undefined) continue
    const all = { ...healthy, ...seen }
    const others = {
      metadata: { name: 'a-policy', uid: '1' },
      webhooks: [
        {
          name: 'policy.example.com',
          clientConfig: { service: { namespace: 'policy', name: 'policy' } },
          rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }],
        },
      ],
    }
    const { configurations, namespaces, events } = all
    const more: Observations = {
      ...all,
      configurations:
        'value' in configurations
          ? { value: [...configurations.value, others].toReversed() }
          : configurations,
      namespaces: 'value' in namespaces ? { value: namespaces.value.toReversed() } : namespaces,
      events:
        'value' in events
          ? {
              value: [
                {
                  reason: 'FailedCreate',
                  message: 'Error creating: pods "x" is forbidden: exceeded quota',
                  lastTimestamp: all.at,
                },
                ...events.value,
              ],
            }
          : events,
    }
    t.same(
      diagnose(more)
        .findings.map(({ cause }) => cause)
        .toSorted(),
      expected.toSorted(),
      title,
    )
  }
  t.end()
})
