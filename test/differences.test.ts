/** What docs/differences.md says of us, heading by heading; and that it says of everything where it is tested. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { handleReview } from '../src/admission/handle.ts'
import { noticeOf } from '../src/admission/notice.ts'
import { SettingsError } from '../src/injection/errors.ts'
import { inject } from '../src/injection/inject.ts'
import type { JsonObject } from '../src/injection/json.ts'
import type { Outcome } from '../src/injection/outcome.ts'
import { compileSettings, type Settings, type SettingsSource } from '../src/injection/settings.ts'
import { kubeInject } from '../src/manifests/kube-inject.ts'
import { knownDifferences } from './conformance/differences.ts'

const lists = 'containers: [{name: istio-proxy, image: p}]'
const partial = '{spec: {containers: [{name: istio-proxy, image: p}]}}'

/** Settings of a release whose template adds a container. */
function settingsOf(istioVersion: string, source: Partial<SettingsSource> = {}): Settings {
  const isMerged = Number(istioVersion.split('.')[1]) > 8
  const template = isMerged ? { templates: { sidecar: partial } } : { template: lists }
  const config = JSON.stringify({ policy: 'enabled', ...template })
  return compileSettings({ config, values: undefined, mesh: undefined, istioVersion, ...source })
}

function withTemplate(istioVersion: string, template: string): Settings {
  return settingsOf(istioVersion, { config: JSON.stringify({ policy: 'enabled', template }) })
}

const releases = ['0.8.0', '1.0.0', '1.1.0', '1.4.0', '1.8.0', '1.9.0', '1.16.0', '1.30.3']

function pod(
  metadata: JsonObject = {},
  spec: JsonObject = { containers: [{ name: 'web', image: 'w' }] },
): JsonObject {
  return { metadata, spec }
}

function injected(settings: Settings, object: JsonObject, namespace = 'shop'): Outcome {
  return inject(settings, { pod: object, namespace, path: '' })
}

function reasonOf(outcome: Outcome): string {
  return outcome.kind === 'failed' ? outcome.error.code : outcome.decision.reason
}

/** The response to a review. */
function answer(settings: Settings, body: string): unknown {
  return JSON.parse(handleReview((request) => inject(settings, request), body, '').body).response
}

/** A Deployment with these members of its pod template, injected as a manifest. */
function manifest(settings: Settings, template: { metadata?: string; spec?: string }): string {
  const { metadata = '{}', spec = '' } = template
  const text =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n' +
    `    metadata: ${metadata}\n    spec:\n      containers: [{name: web, image: w}]\n      ${spec}\n`
  return kubeInject(settings, text, () => {})
}

t.test('request-namespace', (t) => {
  for (const release of releases) {
    const settings = settingsOf(release)
    t.equal(reasonOf(injected(settings, pod(), 'kube-system')), 'system-namespace', release)
    t.equal(
      reasonOf(injected(settings, pod({ namespace: 'shop' }), 'kube-system')),
      'policy-enabled',
      release,
    )
  }
  t.end()
})

t.test('own-sidecar', (t) => {
  const containers = [{ name: 'web' }, { name: 'istio-proxy', image: 'mine' }]
  const status = { annotations: { 'sidecar.istio.io/status': '{"containers":["istio-proxy"]}' } }
  for (const release of ['0.8.0', '1.0.0', '1.1.0', '1.4.0', '1.8.0']) {
    const settings = settingsOf(release)
    const own = injected(settings, pod({}, { containers }))
    t.match(own, { kind: 'skipped', decision: { reason: 'own-sidecar' } }, release)
    t.match(own.kind === 'skipped' && noticeOf(own.decision, pod())?.message, /another name/)
    t.match(injected(settings, pod(status, { containers })), { kind: 'injected', patch: /"remove"/ }, release)
    const initContainers = [{ name: 'istio-init' }]
    t.match(injected(settings, pod({}, { containers, initContainers })), {
      kind: 'injected',
      patch: /"remove"/,
    })
  }
  t.end()
})

t.test('empty-config', (t) => {
  for (const config of [undefined, '', ' \n']) {
    const outcome = injected(settingsOf('1.0.0', { config }), pod())
    t.match(outcome, {
      kind: 'skipped',
      decision: { reason: 'no-inject-config', message: /sidecarInjectorWebhook.enabled=false/ },
    })
  }
  t.end()
})

t.test('settings-are-checked-whole', (t) => {
  for (const release of releases) {
    const failure = (source: Partial<SettingsSource>, code: string) =>
      t.throws(() => settingsOf(release, source), { name: SettingsError.name, code }, `${release} ${code}`)
    const isMerged = Number(release.split('.')[1]) > 8
    const broken = isMerged ? { templates: { sidecar: '{{ if }}' } } : { template: '[[ if ]]{{ if }}' }
    failure({ config: JSON.stringify({ policy: 'enabled', ...broken }) }, 'template-invalid')
    failure({ values: '{"global": {"hub": 5}}' }, 'values-invalid')
    failure({ mesh: '[]' }, 'mesh-invalid')
  }
  t.end()
})

t.test('every-request-is-answered', (t) => {
  const head = '"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"'
  const review = `{${head},"request":{"uid":"u","object":{"spec":{}}}}`
  for (const release of releases) {
    t.match(answer(settingsOf(release), `{${head}}`), {
      uid: '',
      allowed: false,
      status: { message: /request is missing/ },
    })
  }
  const unreadable = answer(withTemplate('1.0.0', 'containers: ['), review)
  t.match(unreadable, {
    uid: 'u',
    allowed: false,
    status: { code: 500, message: /yaml: line 1: .*; the rendered template/ },
  })
  t.end()
})

t.test('field-case', (t) => {
  for (const release of releases) {
    const odd = { ...pod(), Spec: { hostNetwork: true }, Metadata: { namespace: 'kube-system' } }
    t.equal(injected(settingsOf(release), odd).kind, 'injected', release)
    const config = JSON.stringify({ Policy: 'disabled', TEMPLATES: {} })
    t.equal(reasonOf(injected(settingsOf(release, { config }), pod())), 'policy-disabled', release)
  }
  t.end()
})

t.test('newer-fields', (t) => {
  const restarting = 'initContainers: [{name: istio-init, restartPolicy: Always, brandNew: 1}]'
  const merged = JSON.stringify({ policy: 'enabled', templates: { sidecar: `{spec: {${restarting}}}` } })
  const own = pod(
    { brandNew: 1 },
    { brandNew: [1], containers: [{ name: 'web', brandNew: {}, restartPolicy: 'Always' }] },
  )
  for (const release of releases) {
    const isMerged = Number(release.split('.')[1]) > 8
    const settings = isMerged ? settingsOf(release, { config: merged }) : withTemplate(release, restarting)
    const outcome = injected(settings, own)
    t.match(outcome, { kind: 'injected', patch: /istio-init/ }, release)
    const patch = outcome.kind === 'injected' ? outcome.patch : ''
    t.equal(patch.includes('restartPolicy'), release === '1.30.3', release)
    t.notMatch(patch, /brandNew/, release)
    t.match(manifest(settings, { spec: 'brandNew: {a: [1]}' }), /brandNew:\n {8}a:\n {8}- 1\n/, release)
  }
  t.end()
})

t.test('own-dns-config', (t) => {
  for (const release of ['1.1.0', '1.2.0', '1.4.0', '1.5.0', '1.6.0', '1.7.0']) {
    t.match(
      manifest(settingsOf(release), { spec: 'dnsConfig: {nameservers: [10.0.0.10]}' }),
      /- 10\.0\.0\.10/,
      release,
    )
  }
  t.end()
})

t.test('empty-maps', (t) => {
  for (const release of releases) {
    const text = manifest(settingsOf(release), { metadata: '{labels: {}, annotations: {}}' })
    t.match(text, /sidecar\.istio\.io\/status/, release)
  }
  t.end()
})

t.test('large-numbers', (t) => {
  const text = manifest(settingsOf('1.0.0'), { spec: 'activeDeadlineSeconds: 9007199254740993' })
  t.match(text, /activeDeadlineSeconds: 9007199254740992\n/)
  t.end()
})

t.test('fixed-order', (t) => {
  const annotations = {
    'traffic.sidecar.istio.io/excludeInboundPorts': 'b',
    'traffic.sidecar.istio.io/includeInboundPorts': 'a',
    'sidecar.istio.io/interceptionMode': 'c',
  }
  for (const release of ['1.2.0', '1.8.0', '1.30.3']) {
    const outcome = injected(settingsOf(release), pod({ annotations }))
    const message = outcome.kind === 'failed' ? outcome.error.message : ''
    t.match(message, /3 errors[^]*interceptionMode[^]*includeInboundPorts[^]*excludeInboundPorts/, release)
  }
  t.end()
})

t.test('docs/differences.md has a heading for every difference, and says where each is shown', (t) => {
  const text = readFileSync(new URL('../docs/differences.md', import.meta.url), 'utf8')
  const sections = text.split(/^### /m).slice(1)
  const headings = sections.map((section) => section.slice(0, section.indexOf('\n')))
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8')
  for (const heading of new Set(knownDifferences.values())) t.ok(headings.includes(heading), heading)

  for (const [index, section] of sections.entries()) {
    const heading = headings[index] ?? ''
    const files = [...section.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, file = '']) => file)
    const isRow = [...knownDifferences.values()].includes(heading)
    t.ok(files.length > 0 || isRow, `${heading} is shown by a test or by rows`)
    for (const file of files) t.ok(existsSync(new URL(`../${file}`, import.meta.url)), file)
    if (files.includes('test/differences.test.ts')) t.ok(own.includes(`t.test('${heading}'`), heading)
  }
  t.end()
})
