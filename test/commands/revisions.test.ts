import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { until } from '../cluster-api/until.ts'
import { folder, reviewOf, send } from '../server/harness.ts'
import { sharedData } from '../shared-data.ts'
import { runWith } from './in-process.ts'
import { run, serve, type Serving } from './server-process.ts'

/** Settings of Istio 1.0 and of 1.30, as small as they can be. */
const lists = {
  config: `
policy: enabled
template: |
  containers:
  - name: istio-proxy
    image: docker.io/istio/proxyv2:1.0.0
    args: [old, "[[ .ObjectMeta.Name ]]"]
`,
}
const merge = {
  config: `
policy: enabled
templates:
  sidecar: |
    metadata:
      annotations: { revision: "{{ .Revision }}" }
    spec:
      containers:
      - name: istio-proxy
        image: {{ .ProxyImage }}
        env: [{ name: PLACE, value: "{{ env \`PLACE\` \`nowhere\` }} {{ .NativeSidecars }} {{ .ProxyConfig.Concurrency.GetValue }}" }]
`,
  values: '{"global":{"hub":"h","tag":"1.30.3"}}',
}

function write(directory: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

/** A new folder of revisions: the default one of Istio 1.0, and 1-30. */
function twoRevisions(more: Record<string, string> = {}): string {
  return write(folder(), {
    'default/config': lists.config,
    '1-30/config': merge.config,
    '1-30/values': merge.values,
    ...more,
  })
}

const pod = (labels: Record<string, string> = {}) => ({
  metadata: { name: 'web', labels },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
})

/** What the API server gets for a pod: the sidecar's image, or the reason why there is none, and warnings. */
async function ask(server: Serving, path: string, object: unknown = pod()) {
  const { status, body } = await send(server.port, reviewOf(object), { path })
  if (status !== 200) return { status }
  const { allowed, patch, warnings, auditAnnotations } = JSON.parse(body).response
  const text = Buffer.from(patch ?? '', 'base64').toString()
  return { allowed, reason: auditAnnotations.reason, image: imageIn(text), text, warnings }
}

function imageIn(text: string): string | undefined {
  return /"image":"([^"]*)"/.exec(text)?.[1]
}

async function page(server: Serving): Promise<string> {
  return (await fetch(`http://127.0.0.1:${server.operationsPort}/metrics`)).text()
}

t.test('two generations of Istio are served by one process', async (t) => {
  const directory = twoRevisions({ 'broken/config': 'template: "[["', '1.20/config': '' })
  const flags = [
    '--revisionsDir',
    directory,
    '--revisionTags',
    'stable=default,next=1-30',
    '--env',
    'PLACE=here',
  ]
  const server = await serve([...flags, '--drainSeconds', '0'], folder())
  t.equal(server.stderr(), '')

  const [old, new_] = ['docker.io/istio/proxyv2:1.0.0', 'h/proxyv2:1.30.3']
  const rows: [path: string, labels: Record<string, string>, expected: object][] = [
    ['/inject', {}, { image: old }],
    ['/inject?timeout=10s', { 'istio.io/rev': '' }, { image: old }],
    ['/revision/default/inject', {}, { image: old }],
    ['/revision/stable/inject', { 'istio.io/rev': '1-30' }, { image: old }],
    ['/revision/1-30/inject?timeout=10s', {}, { image: new_, text: /"revision":"1-30"/ }],
    ['/revision/next/inject', {}, { image: new_, text: /"value":"here / }],
    ['/revision/1-30/inject/cluster/c1/net/n1', {}, { text: /"ISTIO_META_CLUSTER_ID","value":"c1"/ }],
    ['/inject/cluster/c1', { 'istio.io/rev': 'next' }, { text: /"ISTIO_META_CLUSTER_ID","value":"c1"/ }],
    ['/inject', { 'istio.io/rev': '1-30' }, { image: new_ }],
    ['/revision/broken/inject', {}, { image: undefined, allowed: true, reason: 'revision-unknown' }],
    ['/inject', { 'istio.io/rev': '1-40' }, { image: undefined, allowed: true, reason: 'revision-unknown' }],
    ['/revision/1-30', {}, { status: 404 }],
  ]
  for (const [path, labels, expected] of rows) {
    t.match(await ask(server, path, pod(labels)), expected, `${path} ${JSON.stringify(labels)}`)
  }
  t.match((await ask(server, '/revision/1-40/inject')).warnings, [
    'the path names revision "1-40", which this injector does not have, so there is no sidecar; ' +
      'it has revisions 1-30, default and tags stable=default, next=1-30',
  ])
  t.match(await ask(server, '/inject', { metadata: { labels: [] } }), {
    allowed: false,
    reason: 'pod-undecodable',
  })

  await until(
    'all requests are written',
    () => server.log.filter(({ msg }) => msg === 'review').length === 13,
  )
  const metrics = await page(server)
  for (const line of [
    'eks_sidecar_injector_decisions_total{decision="injected",reason="policy-enabled",dry_run="false",revision="default"} 4',
    'eks_sidecar_injector_decisions_total{decision="injected",reason="policy-enabled",dry_run="false",revision="1-30"} 5',
    'eks_sidecar_injector_decisions_total{decision="skipped",reason="revision-unknown",dry_run="false",revision=""} 3',
    'eks_sidecar_injector_settings_generation{revision="default"} 1',
    'eks_sidecar_injector_settings_generation{revision="1-30"} 1',
    'eks_sidecar_injector_settings_load_errors_total{revision="broken"} 1',
    'eks_sidecar_injector_settings_load_errors_total{revision="1.20"} 1',
    'eks_sidecar_injector_settings_load_errors_total{revision="1-30"} 0',
    'eks_sidecar_injector_settings_info{revision="1-30",release="1.30.3",source="tag",because="values.global.tag is 1.30.3"} 1',
  ]) {
    t.ok(metrics.includes(`\n${line}\n`), line)
  }
  t.match(
    metrics,
    /settings_info\{revision="default",release="1\.0\.0",source="image",because="the template's image/,
  )
  t.match(
    server.log
      .filter(({ msg }) => msg === 'settings loaded')
      .toSorted((a, b) => (String(a['revision']) < String(b['revision']) ? -1 : 1)),
    [
      { revision: '1-30', release: '1.30.3', because: 'values.global.tag is 1.30.3' },
      { revision: 'default', release: '1.0.0' },
    ],
  )
  t.match(
    server.log.find(({ reason }) => reason === 'revision-unknown'),
    { decision: 'skipped', pod: 'web' },
  )
  t.equal(await server.stop(), 0)
})

t.test('a revision is reloaded, mended, comes and goes without the others', async (t) => {
  const directory = twoRevisions()
  const server = await serve(['--revisionsDir', directory, '--drainSeconds', '0'], folder())
  const shows = async (line: string) => (await page(server)).includes(`\neks_sidecar_injector_${line}\n`)

  write(directory, { '1-30/config': 'templates: {sidecar: "{{"}' })
  await until('the error is counted', () => shows('settings_load_errors_total{revision="1-30"} 1'))
  t.match(
    await ask(server, '/revision/1-30/inject'),
    { image: 'h/proxyv2:1.30.3' },
    'the last good ones stay',
  )

  write(directory, { '1-30/config': merge.config, '1-30/values': merge.values.replace('1.30.3', '1.29.6') })
  await until('it is mended', () => shows('settings_generation{revision="1-30"} 2'))
  t.match(await ask(server, '/revision/1-30/inject'), { image: 'h/proxyv2:1.29.6' })
  t.notMatch(await page(server), /release="1\.30\.3"/, 'the release that was is not shown any more')

  write(directory, { '1-20/config': merge.config, '1-20/values': merge.values.replace('1.30.3', '1.20.8') })
  await until('another comes', () => shows('settings_generation{revision="1-20"} 1'))
  t.match(await ask(server, '/revision/1-20/inject'), { image: 'h/proxyv2:1.20.8' })

  rmSync(join(directory, '1-30'), { recursive: true })
  await server.logged('settings are gone: pods of this revision get no sidecar')
  t.match(await ask(server, '/revision/1-30/inject'), { allowed: true, reason: 'revision-unknown' })
  t.match(await ask(server, '/inject'), { image: 'docker.io/istio/proxyv2:1.0.0' })
  t.notMatch(await page(server), /settings_(?:info|generation)\{revision="1-30"/)
  t.ok(await shows('settings_generation{revision="default"} 1'), 'the others were not touched')
  t.equal(await server.stop(), 0)
})

t.test('ConfigMaps of an old and of the newest Istio', async (t) => {
  const maps = sharedData('generated')
  if (maps === undefined) return t.comment('skipped: the shared data is missing')
  const directory = folder()
  for (const [revision, release] of [
    ['default', '1.4.10'],
    ['1-30', '1.30.3'],
  ] as const) {
    cpSync(join(maps, release), join(directory, revision), { recursive: true })
  }
  const server = await serve(['--revisionsDir', directory, '--drainSeconds', '0'], folder())
  t.match(await ask(server, '/inject'), { text: /istio\/proxyv2:1\.4\.10/ })
  t.match(await ask(server, '/revision/1-30/inject'), { text: /istio\/proxyv2:1\.30\.3/ })
  t.match(await ask(server, '/inject', pod({ 'istio.io/rev': '1-30' })), { text: /"istio.io\/rev":"1-30"/ })
  t.equal(await server.stop(), 0)
})

t.test('one set of settings is served as ever, whatever the labels say', async (t) => {
  const directory = write(folder(), { config: merge.config, values: merge.values })
  const files = ['--injectConfigFile', 'config', '--valuesFile', 'values', '-r', 'canary']
  const server = await serve([...files, '--drainSeconds', '0'], directory)
  t.match(await ask(server, '/inject', pod({ 'istio.io/rev': 'x' })), { text: /"revision":"canary"/ })
  t.match(await ask(server, '/revision/canary/inject'), { text: /"revision":"canary"/ })
  t.match(await ask(server, '/revision/x/inject'), { allowed: true, reason: 'revision-unknown' })
  t.match(await page(server), /settings_generation\{revision="canary"\} 1/)
  t.equal(await server.stop(), 0)
})

t.test('serve says what is wrong with the folder, and with flags', async (t) => {
  const broken = write(folder(), { 'a/config': 'template: "[["' })
  const failed = run(['serve', '--revisionsDir', broken], folder())
  t.equal(await failed.exited, 1)
  t.match(failed.stderr(), /^error: no revision of .* can be used: a: .*template/)
  const rows: [args: string[], stderr: RegExp][] = [
    [['--revisionsDir', 'a', '--injectConfigFile', 'b'], /what --injectConfigFile says is file "config" of/],
    [
      ['--revisionsDir', 'a', '--istioVersion', '1.30.3'],
      /what --istioVersion says is file "istioVersion" of/,
    ],
    [['--revisionsDir', 'a', '-r', 'b'], /--revision names/],
    [['--revisionTags', 'a=b'], /--revisionTags belong to a --revisionsDir/],
    [['--revisionTags', 'a'], /"a" is no name=value/],
    [['--revisionTags', '1.20=a'], /"1\.20" can name neither a tag nor a revision/],
    [['--env', '1=a'], /"1" is no name of a variable/],
    [['--nodeVersion', 'new'], /A version is like v1\.32\.4/],
    [['--proxyConfigFile', 'a'], /belong to a --injectConfigFile/],
  ]
  for (const [args, stderr] of rows)
    t.match(await runWith(['serve', ...args]), { code: 2, stderr }, args.join(' '))
})

t.test('review tries what labels would do', async (t) => {
  const directory = twoRevisions({ 'broken/config': 'template: "[["' })
  const flags = ['review', '--diff', '--revisionsDir', directory, '--revisionTags', 'next=1-30']
  const rows: [args: string[], labels: Record<string, string>, stdout: RegExp][] = [
    [
      [],
      {},
      /injected .*\(revision default, as nothing names another than it; Istio 1\.0\.0: the template's image/,
    ],
    [
      [],
      { 'istio.io/rev': 'next' },
      /\(revision 1-30, as label istio\.io\/rev of the pod names it; Istio 1\.30\.3: /,
    ],
    [
      ['--namespaceLabels', 'istio.io/rev=1-30'],
      {},
      /revision 1-30, as label istio\.io\/rev of the namespace names it/,
    ],
    [
      ['--namespaceLabels', 'a=b,istio-injection=enabled'],
      { 'istio.io/rev': '1-30' },
      /revision default, as label istio-inj/,
    ],
    [
      ['--namespaceLabels', ''],
      {},
      /not injected \(revision-not-selected\): no webhook selects the pod: neither/,
    ],
    [
      ['--namespaceLabels', 'istio.io/rev=broken'],
      {},
      /not injected \(revision-unknown\): .* it has revisions 1-30, default/,
    ],
    [
      ['-r', 'next'],
      { 'istio.io/rev': 'default' },
      /injected \(policy-enabled\): policy is enabled \[config.policy\] \(Istio 1\.30/,
    ],
    [['-r', 'next', '--namespaceLabels', 'istio.io/rev=next'], {}, / injected \(policy-enabled\)/],
    [
      ['-r', '1-30', '--namespaceLabels', 'istio-injection=enabled'],
      {},
      /no webhook of revision 1-30 selects the pod/,
    ],
  ]
  for (const [args, labels, stdout] of rows) {
    const input = JSON.stringify({ kind: 'Pod', ...pod(labels) })
    t.match(
      await runWith([...flags, ...args], input),
      { code: 0, stdout },
      `${args.join(' ')} ${JSON.stringify(labels)}`,
    )
  }
  t.match(await runWith([...flags], ''), {
    stderr: new RegExp(
      '^warning: revision broken is left out: .*broken/config: [^]*\n' +
        'revision 1-30: Istio 1.30.3: values.global.tag is 1.30.3\nrevision default: Istio 1.0.0: .*\n$',
    ),
  })
  t.match(await runWith([...flags, '-r', 'next'], ''), { stderr: /^revision 1-30: Istio 1\.30\.3: .*\n$/ })
  const answered = await runWith(
    ['review', '--revisionsDir', directory, '--namespaceLabels', 'istio.io/rev=x', '-o', 'json'],
    JSON.stringify({ kind: 'Pod', ...pod() }),
  )
  t.match(JSON.parse(answered.stdout), {
    response: {
      allowed: true,
      auditAnnotations: { reason: 'revision-unknown' },
      warnings: [/names revision "x"/],
    },
  })
  const failures: [args: string[], stderr: RegExp][] = [
    [['--revisionsDir', directory, '-r', 'x'], /has no revision x; it has 1-30, broken, default/],
    [
      ['--revisionsDir', directory, '--revisionTags', 'a=x', '-r', 'a'],
      /has no revision x, for which tag a stands/,
    ],
    [['--revisionsDir', directory, '-r', 'broken'], /broken\/config: /],
    [['--revisionsDir', join(directory, 'none')], /none: no such file/],
    [['--revisionsDir', write(folder(), { 'a/values': '' })], /can be used: a: .*a\/config: no such file/],
  ]
  for (const [args, stderr] of failures)
    t.match(await runWith(['review', ...args]), { code: 1, stderr }, args.join(' '))
  t.match(await runWith(['review', '--namespaceLabels', 'a b=c']), {
    code: 2,
    stderr: /name part must consist of/,
  })
})

t.test('kube-inject takes the revision that is named, else the default one', async (t) => {
  const flags = ['kube-inject', '--revisionsDir', twoRevisions(), '--revisionTags', 'next=1-30', '-f', '-']
  const input = JSON.stringify({
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'web' },
    spec: { template: pod() },
  })
  const old = /image: docker\.io\/istio\/proxyv2:1\.0\.0/
  const rows: [args: string[], stdout: RegExp, stderr: RegExp][] = [
    [[], old, /^Istio 1\.0\.0: the template's image is [^\n]*\n$/],
    [['-r', 'default'], old, /^Istio 1\.0\.0: /],
    [['--revision', '1-30'], /revision: "?1-30/, /^Istio 1\.30\.3: values\.global\.tag is 1\.30\.3\n$/],
    [['-r', 'next'], /image: h\/proxyv2:1\.30\.3/, /^Istio 1\.30\.3: /],
  ]
  for (const [args, stdout, stderr] of rows) {
    t.match(await runWith([...flags, ...args], input), { code: 0, stdout, stderr }, args.join(' '))
  }
  t.match(await runWith([...flags, '-r', 'x'], input), { code: 1, stdout: '', stderr: /has no revision x/ })
})

t.test('the cluster that there is not is told by flags', async (t) => {
  const resources = `
apiVersion: v1
kind: List
items:
- { kind: ProxyConfig, metadata: { namespace: istio-system, name: root }, spec: { concurrency: 5 } }
---
kind: ProxyConfig
metadata: { namespace: shop, name: web }
spec: { concurrency: 7, selector: { matchLabels: { app: web } } }
`
  const directory = write(folder(), { ...merge, resources, odd: 'kind: Pod', broken: '{' })
  const at = (name: string) => join(directory, name)
  const flags = ['review', '-n', 'shop', '--injectConfigFile', at('config'), '--valuesFile', at('values')]
  const rows: [args: string[], place: string][] = [
    [[], 'nowhere true 0'],
    [['--env', 'PLACE=here,ENABLE_NATIVE_SIDECARS=false'], 'here false 0'],
    [['--env', 'PLACE=here', '--env', 'PLACE=there'], 'there true 0'],
    [['--nodeVersion', 'v1.32.4-eks-1a2b3c'], 'nowhere false 0'],
    [['--nodeVersion', '1.33'], 'nowhere true 0'],
    [['--proxyConfigFile', at('resources')], 'nowhere true 7'],
  ]
  for (const [args, place] of rows) {
    const input = JSON.stringify({ kind: 'Pod', ...pod({ app: 'web' }) })
    const { stdout } = await runWith([...flags, ...args, '-o', 'json'], input)
    const patch = Buffer.from(JSON.parse(stdout).response.patch, 'base64').toString()
    t.ok(patch.includes(`{"name":"PLACE","value":"${place}"}`), `${args.join(' ')}: ${patch}`)
  }
  const failures: [file: string, stderr: RegExp][] = [
    ['odd', /odd: document 1: expected a ProxyConfig, got a Pod/],
    ['broken', /broken: document 1: /],
    ['none', /none: no such file/],
  ]
  for (const [file, stderr] of failures) {
    t.match(await runWith([...flags, '--proxyConfigFile', at(file)]), { code: 1, stderr }, file)
  }
  t.match(await runWith(['kube-inject', '-f', '-', '--proxyConfigFile', 'a']), {
    code: 2,
    stderr: /unknown option/,
  })
})
