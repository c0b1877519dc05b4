import t from 'tap'
import { inject } from '../../src/injection/inject.ts'
import type { JsonObject } from '../../src/injection/json.ts'
import { compileSettings } from '../../src/injection/settings.ts'
import { answerOf, podOf, variable, type Boundary } from './boundary.ts'

/** What the user's own containers, kept by an earlier injection, do to one of today's releases. */
const release = '1.24.0'

const overriding = (text: string): JsonObject => podOf({ annotations: { 'proxy.istio.io/overrides': text } })

t.test('a template sees the containers that were kept, without a status, too', async (t) => {
  const shown = '{{ range .Spec.Containers }}{{ .Name }} {{ end }}'
  const row: Boundary = {
    what: '',
    at: [],
    pod: overriding('{"containers":[{"name":"istio-proxy","image":"auto"}]}'),
    template: `containers:\n- name: istio-proxy\n  image: proxy\n  env:\n  - {name: SHOWN, value: '${shown}'}\n`,
    show: variable('SHOWN'),
    old: '',
    now: '',
  }
  t.equal(answerOf(release, row), 'web istio-proxy ')
})

const unreadable = {
  'no JSON': ['{', 'unexpected end of JSON input'],
  'a number for a list': [
    '{"containers":3}',
    'json: cannot unmarshal number into Go struct field ParsedContainers.containers of type []v1.Container',
  ],
  'a number for a name': [
    '{"initContainers":[{"name":3}]}',
    'json: cannot unmarshal number into Go struct field Container.initContainers.name of type string',
  ],
} as const

for (const [what, [text, message]] of Object.entries(unreadable)) {
  t.test(`${what} is refused`, async (t) => {
    const settings = compileSettings({
      config:
        'policy: enabled\ntemplates: {sidecar: "spec: {containers: [{name: istio-proxy, image: proxy}]}"}',
      values: undefined,
      mesh: undefined,
      istioVersion: release,
    })
    const outcome = inject(settings, { pod: overriding(text), namespace: 'shop', path: '' })
    t.match(outcome, { kind: 'failed', error: { code: 'annotation-invalid' } })
    t.equal(
      outcome.kind === 'failed' ? outcome.error.message : '',
      `failed to run injection template: ${message}`,
    )
  })
}
