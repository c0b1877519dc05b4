import t from 'tap'
import { detectRelease, type Evidence } from '../../src/istio/detect.ts'
import { formatRelease } from '../../src/istio/release.ts'

/** What is detected of templates of somebody's own, without a tag that names a release. */
function detected(evidence: Partial<Evidence>): string {
  const nothing = { named: undefined, tag: 'prod', template: '', isMerged: false, hasValue: undefined }
  const detection = detectRelease({ ...nothing, ...evidence })
  return detection === undefined ? 'nothing' : formatRelease(detection.release)
}

/** Values with these keys. */
function having(...paths: readonly string[]): (path: string) => boolean {
  return (path) => paths.includes(path)
}

t.test('a template of somebody’s own is of a release that reads its form', async (t) => {
  const rows: [evidence: Partial<Evidence>, line: RegExp][] = [
    [{ template: '[[ .Spec ]]' }, /^(0\.8|1\.[01])\./],
    [{ template: '{{ .Spec }}' }, /^1\.[2-8]\./],
    [{ template: 'containers: []' }, /^(0\.8|1\.[0-8])\./],
    [{ template: '{{ .Spec }}', isMerged: true }, /^1\.(9|[1-3]\d)\./],
    [{ template: '', isMerged: true }, /^1\.(9|[1-3]\d)\./],
    [{ template: '[[ .Spec ]]', isMerged: true, tag: '1.0.0' }, /^1\.31\./],
    [{ template: '{{ .Spec }}', tag: '1.0.6' }, /^1\.[2-8]\./],
  ]
  for (const [evidence, line] of rows) t.match(detected(evidence), line, JSON.stringify(evidence))
})

t.test('then the keys of the values tell', async (t) => {
  const template = 'spec: {containers: [{name: istio-proxy, image: "{{ .Values.global.hub }}"}]}'
  const lists = { template: 'containers: [{name: istio-proxy, image: "{{ .Values.global.hub }}"}]' }
  const merged = { template, isMerged: true }
  const rows: [evidence: Partial<Evidence>, line: RegExp][] = [
    [{ ...lists, hasValue: having('global', 'mixer', 'pilot', 'gateways') }, /^1\.[2-5]\./],
    [{ ...lists, hasValue: having('global', 'revision') }, /^1\.[6-8]\./],
    [{ ...merged, hasValue: having('global', 'revision') }, /^1\.(9|1[0-8])\./],
    [{ ...merged, hasValue: having('global', 'revision', 'istio_cni') }, /^1\.(9|1\d|2[01])\./],
    [{ ...merged, hasValue: having('revision', 'istio_cni', 'pilot', 'gateways') }, /^1\.2[23]\./],
    [{ ...merged, hasValue: having('revision', 'pilot', 'gateways') }, /^1\.2[45]\./],
    [{ ...merged, hasValue: having('revision', 'pilot', 'gateways', 'pilot.env') }, /^1\.(2[6-9]|3\d)\./],
  ]
  for (const [evidence, line] of rows) t.match(detected(evidence), line)
})
