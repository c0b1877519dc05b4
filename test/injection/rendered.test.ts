import t from 'tap'
import { inject } from '../../src/injection/inject.ts'
import { compileSettings } from '../../src/injection/settings.ts'

const sidecar = 'containers:\n- name: istio-proxy\n  image: '
const lists = `policy: enabled\ntemplate: |\n  ${sidecar.replaceAll('\n', '\n  ')}'{{ .ObjectMeta.GenerateName }}'\n`
const merged = `policy: enabled
defaultTemplates: [sidecar, more]
templates:
  sidecar: |
    spec:
      containers:
      - name: istio-proxy
        image: '{{ .ObjectMeta.GenerateName }}'
  more: |
    metadata: {labels: {rendered: "yes"}}
`

/** A pod with siblings, whose outcome is remembered. */
const pod = {
  metadata: {
    generateName: 'web-7d9c4f5b6-',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d9c4f5b6', controller: true }],
  },
  spec: { containers: [{ name: 'web', image: 'web' }] },
}

/** What the second of three equal requests is told, and what they answer. */
function renderings(config: string, istioVersion: string) {
  const settings = compileSettings({ config, values: undefined, mesh: undefined, istioVersion })
  const texts: [string, string][] = []
  const request = { pod, namespace: 'shop', path: '' }
  const outcomes = [
    inject(settings, request),
    inject(settings, { ...request, onRendered: (template, text) => texts.push([template, text]) }),
    inject(settings, request),
  ]
  return { texts, outcomes }
}

t.test('whoever asks is shown what templates render, and gets the same answer', (t) => {
  const rows: [string, string, string, [string, string][]][] = [
    ['lists', lists, '1.5.0', [['sidecar', `${sidecar}'web-7d9c4f5b6-'\n`]]],
    [
      'partial pods',
      merged,
      '1.20.0',
      [
        ['sidecar', "spec:\n  containers:\n  - name: istio-proxy\n    image: 'web-7d9c4f5b6-'\n"],
        ['more', 'metadata: {labels: {rendered: "yes"}}\n'],
      ],
    ],
  ]
  for (const [name, config, release, expected] of rows) {
    const { texts, outcomes } = renderings(config, release)
    t.same(texts, expected, name)
    t.equal(outcomes[0]?.kind, 'injected', name)
    t.same(outcomes[1], outcomes[0], name)
    t.same(outcomes[2], outcomes[0], name)
  }
  t.end()
})
