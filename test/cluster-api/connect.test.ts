/** How a cluster is found, who is calling, and what is said where it cannot be. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import t from 'tap'
import { ClusterError } from '../../src/cluster/errors.ts'
import { connect, type ConnectOptions } from '../../src/cluster/connect.ts'
import { eksNameOf } from '../../src/cluster/eks-name.ts'
import { execPlugin } from '../../src/cluster/exec-plugin.ts'
import { httpClient } from '../../src/cluster/http-client.ts'
import { ownNamespace, serviceAccount } from '../../src/cluster/service-account.ts'
import type { JsonObject } from '../../src/golang/json-value.ts'
import { portOf, selfMade } from '../server/harness.ts'
import { startFakeApiServer } from './fake-api-server.ts'

const path = '/api/v1/namespaces/istio-system/configmaps'
const list = { method: 'GET', path } as const

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'connect-'))
}

function file(directory: string, name: string, text: string): string {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

/** A kubeconfig of one context. */
function kubeconfig(server: string, user: JsonObject, cluster: JsonObject = {}, name = 'test'): string {
  return JSON.stringify({
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, ...cluster } }],
    users: [{ name, user }],
  })
}

/** A token without a signature that is good until then, in seconds. */
function token(exp: number): string {
  return [{ alg: 'none' }, { exp }, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
}

/** Sets variables of the environment until the test ends. */
function environment(t: { teardown(handler: () => unknown): void }, values: Record<string, string>): void {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]))
  Object.assign(process.env, values)
  t.teardown(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
}

t.test('what is no cluster says what is missing', async (t) => {
  const directory = folder()
  environment(t, { KUBECONFIG: '', HOME: directory, KUBERNETES_SERVICE_HOST: '' })
  const good = kubeconfig('https://127.0.0.1:1', {})
  const parsed: JsonObject = JSON.parse(good)
  const rows: readonly (readonly [name: string, options: ConnectOptions, message: RegExp])[] = [
    ['nothing at all', {}, /no cluster can be found: there is no kubeconfig .*aws eks update-kubeconfig/],
    ['a missing file', { kubeconfig: join(directory, 'no') }, /kubeconfig .*\/no cannot be read: ENOENT/],
    ['no YAML', { kubeconfig: file(directory, 'tab', 'a: b: c') }, /tab cannot be read: .*mapping values/],
    ['an empty file', { kubeconfig: file(directory, 'e', '') }, /has no current-context; .*--context: none/],
    [
      'another context',
      { kubeconfig: file(directory, 'good', good), context: 'other' },
      /has no context "other"; it has test/,
    ],
    [
      'a context without its cluster',
      { kubeconfig: file(directory, 'c', JSON.stringify({ ...parsed, clusters: [] })) },
      /context "test" names no cluster that has a server/,
    ],
    [
      'a context without its user',
      { kubeconfig: file(directory, 'u', JSON.stringify({ ...parsed, users: [] })) },
      /names an unknown user/,
    ],
    [
      'a server without a scheme',
      { kubeconfig: file(directory, 's', kubeconfig('eks.example', {})) },
      /server eks\.example is no address with https/,
    ],
    [
      'a proxy of another kind',
      { kubeconfig: file(directory, 'p', kubeconfig('https://a', {}, { 'proxy-url': 'socks5://b' })) },
      /proxy-url socks5:\/\/b is no address with http/,
    ],
    [
      'a server with half an address',
      { kubeconfig: file(directory, 'h', kubeconfig('https://[::', {})) },
      /server https:\/\/\[:: is no address with https/,
    ],
  ]
  for (const [name, options, message] of rows) {
    await t.rejects(connect(options), { name: 'ClusterError', code: 'kubeconfig', message }, name)
  }
})

t.test('files are merged as kubectl does: the first has the word', async (t) => {
  const server = await startFakeApiServer(t)
  const directory = folder()
  mkdirSync(join(directory, 'sub'))
  const first = file(directory, 'first', kubeconfig(server.url, { tokenFile: 'token' }))
  file(directory, 'token', 'of-the-file\n')
  const second = file(directory, 'sub/second', kubeconfig('https://127.0.0.1:1', { token: 'no' }))
  const third = file(directory, 'third', kubeconfig(server.url, { token: 'third' }, {}, 'third'))
  environment(t, { KUBECONFIG: [first, join(directory, 'missing'), second, third].join(':') })

  const client = await connect()
  await client.call(list)
  const other = await connect({ context: 'third' })
  await other.call(list)
  t.same(
    server.seen.map(({ authorization }) => authorization?.trim()),
    ['Bearer of-the-file', 'Bearer third'],
  )
  await Promise.all([client.close(), other.close()])
})

t.test('by a proxy', async (t) => {
  const directory = folder()
  const pair = await selfMade(directory)
  const server = createServer({ cert: pair.cert, key: pair.key }, (_request, response) => response.end('{}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const tunnels: (string | undefined)[] = []
  const proxy = createHttpServer()
    .on('connect', (request, socket) => {
      tunnels.push(request.url)
      const upstream = connectTcp(portOf(server), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(upstream).pipe(socket)
      })
    })
    .listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => {
    server.close()
    proxy.close()
  })
  const cluster = {
    'proxy-url': `http://127.0.0.1:${portOf(proxy)}`,
    'certificate-authority': 'ca.pem',
  }
  const url = `https://127.0.0.1:${portOf(server)}/below/`
  const client = await connect({ kubeconfig: file(directory, 'config', kubeconfig(url, {}, cluster)) })
  t.same(await client.call(list), {})
  t.same(await client.call(list), {})
  t.same(tunnels, [`127.0.0.1:${portOf(server)}`], 'one tunnel for all calls')
  await client.close()
})

t.test('passwords and tokens', async (t) => {
  const server = await startFakeApiServer(t)
  for (const [user, authorization] of [
    [{ username: 'ann', password: 'é:b' }, `Basic ${Buffer.from('ann:é:b').toString('base64')}`],
    [{ token: 'abc' }, 'Bearer abc'],
    [{}, undefined],
  ] as const) {
    const client = await connect({ kubeconfig: server.kubeconfig(user) })
    await client.call(list)
    t.equal(server.seen.at(-1)?.authorization, authorization)
    await client.close()
  }
})

t.test('logins that were built into kubectl', async (t) => {
  const server = await startFakeApiServer(t)
  const oidc = (exp: number) => ({ 'auth-provider': { name: 'oidc', config: { 'id-token': token(exp) } } })
  const later = Math.floor(Date.now() / 1000) + 3600

  const client = await connect({ kubeconfig: server.kubeconfig(oidc(later)) })
  await client.call(list)
  t.equal(server.seen.at(-1)?.authorization, `Bearer ${token(later)}`)
  await client.close()

  for (const user of [oidc(1), { 'auth-provider': { name: 'of-nobody' } }]) {
    const other = await connect({ kubeconfig: server.kubeconfig(user) })
    const message = /^the auth-provider of context .* cannot be used: .+; log in again, or let the user ask/
    await t.rejects(other.call(list), { code: 'kubeconfig', message })
    await other.close()
  }
})

t.test('certificates of both sides', async (t) => {
  const directory = folder()
  const pair = await selfMade(directory)
  file(directory, 'cert', pair.cert)
  file(directory, 'key', pair.key)
  const names: unknown[] = []
  const answer: RequestListener = (request, response) => {
    const { socket } = request
    names.push(socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined)
    response.end('{}')
  }
  const server = createServer(
    { cert: pair.cert, key: pair.key, requestCert: true, rejectUnauthorized: false },
    answer,
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `https://127.0.0.1:${portOf(server)}`
  const user = { 'client-certificate': 'cert', 'client-key': 'key' }
  const text = { 'client-certificate-data': inBase64(pair.cert), 'client-key-data': inBase64(pair.key) }
  const trusted = {
    'certificate-authority-data': inBase64(readFileSync(join(directory, 'ca.pem'), 'utf8')),
  }

  for (const [config, isFine] of [
    [kubeconfig(url, user, trusted), true],
    [kubeconfig(url, text, { ...trusted, 'tls-server-name': 'localhost' }), true],
    [kubeconfig(url, text, { 'insecure-skip-tls-verify': true }), true],
    [kubeconfig(url, text), false],
    [kubeconfig(url, text, { ...trusted, 'tls-server-name': 'other' }), false],
  ] as const) {
    const client = await connect({ kubeconfig: file(directory, 'config', config) })
    if (isFine) {
      t.same(await client.call(list), {})
      t.equal(names.at(-1), pair.fingerprint)
    } else {
      await t.rejects(client.call(list), { code: 'unreachable', message: /GET https.*certificate|altnames/ })
    }
    await client.close()
  }
})

function inBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** A script that answers with that text, and counts its calls. */
function plugin(directory: string, script: string): JsonObject {
  const command = file(directory, 'plugin', `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" >> calls\n${script}\n`)
  chmodSync(command, 0o755)
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command,
    args: ['eks', 'get-token'],
    env: [{ name: 'TOKEN', value: 'of-aws' }],
  }
}

const credential = (status: string) =>
  `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":'${status}'}'`

t.test('an exec plug-in is asked for a token, again when it expires or is refused', async (t) => {
  const directory = folder()
  const server = await startFakeApiServer(t)
  const answer = credential(`'{"token":"'$TOKEN'","expirationTimestamp":"2026-11-24T00:10:00Z"}'`)
  const exec = plugin(directory, `cd ${directory}; ${answer}`)
  let now = Date.parse('2026-11-24T00:00:00Z')
  const asked = execPlugin({ ...exec, provideClusterInfo: true }, { server: server.url }, () => now)
  const calls = () => readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n')
  writeFileSync(join(directory, 'calls'), '')
  process.chdir(directory)
  const [first, second] = await Promise.all([asked.credential(), asked.credential()])
  t.same([first.token, second.token], ['of-aws', 'of-aws'])
  t.same(await asked.credential(), { token: 'of-aws', cert: undefined, key: undefined })
  t.equal(calls().length, 1)
  t.match(JSON.parse(calls()[0] ?? ''), {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    spec: { interactive: false, cluster: { server: server.url } },
  })
  now = Date.parse('2026-11-24T00:09:51Z')
  await asked.credential()
  t.equal(calls().length, 2, 'expires soon')
  asked.forget()
  await asked.credential()
  t.equal(calls().length, 3)

  // Relative to the kubeconfig, as kubectl has it.
  const config = kubeconfig(server.url, { exec: { ...exec, command: './plugin' } })
  const client = await connect({ kubeconfig: file(directory, 'config', config) })
  server.trouble = { status: 401 }
  await t.rejects(client.call(list), { code: 'unauthorized' })
  t.same(
    server.seen.map(({ authorization }) => authorization),
    ['Bearer of-aws', 'Bearer of-aws'],
    'once more',
  )
  t.equal(calls().length, 5)
  await client.close()
})

t.test('an exec plug-in that fails says what to do on EKS', async (t) => {
  const directory = folder()
  process.chdir(directory)
  const broken = plugin(directory, 'echo "ExpiredToken: the security token is expired" >&2; exit 254')
  const rows: readonly (readonly [exec: JsonObject, message: RegExp])[] = [
    [
      { command: 'aws-iam-no', installHint: 'Install it.' },
      /`aws-iam-no` is not installed: Install it\.; on Amazon EKS, `aws eks update-kubeconfig/,
    ],
    [{ command: 'aws-iam-no' }, /is not installed: no command of this name is on the PATH/],
    [{}, /names no command; on Amazon EKS/],
    [broken, /get-token` has failed \(exit code 254\): ExpiredToken: the security token/],
    [
      { ...broken, apiVersion: 'client.authentication.k8s.io/v1alpha1' },
      /the kubeconfig asks for client\.authentication\.k8s\.io\/v1alpha1, which newer tools do not know/,
    ],
  ]
  for (const [exec, message] of rows) {
    await t.rejects(execPlugin(exec, {}).credential(), { code: 'kubeconfig', message })
  }
  for (const [script, message] of [
    ['echo hello', /has answered what is no JSON/],
    ['echo "{}"', /JSON that is no ExecCredential/],
    [credential(`'{}'`), /neither a token nor a certificate/],
  ] as const) {
    await t.rejects(execPlugin(plugin(directory, script), {}).credential(), { code: 'kubeconfig', message })
  }
})

t.test('what Amazon EKS calls the cluster is read from its kubeconfig', (t) => {
  const getToken = ['eks', 'get-token', '--cluster-name', 'shop']
  const arn = 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/of-arn'
  const rows: readonly (readonly [
    name: string,
    exec: JsonObject | undefined,
    expected: object | undefined,
  ])[] = [
    [
      'a',
      { command: 'aws', args: ['--region', 'eu-west-1', ...getToken] },
      { cluster: 'shop', region: 'eu-west-1' },
    ],
    [
      'a',
      { command: 'aws', args: ['eks', 'get-token', '--cluster-name=shop'] },
      { cluster: 'shop', region: undefined },
    ],
    [
      'a',
      {
        command: 'aws-vault',
        args: ['exec', 'me', '--', 'aws', ...getToken],
        env: [{ name: 'AWS_REGION', value: 'us-east-2' }],
      },
      { cluster: 'shop', region: 'us-east-2' },
    ],
    [
      'a',
      { command: '/opt/aws-iam-authenticator', args: ['token', '-i', 'shop'] },
      { cluster: 'shop', region: undefined },
    ],
    [arn, undefined, { cluster: 'of-arn', region: 'cn-north-1' }],
    [arn, { command: 'aws', args: getToken }, { cluster: 'shop', region: undefined }],
    [
      arn.replace('of-arn', 'shop'),
      { command: 'aws', args: getToken },
      { cluster: 'shop', region: 'cn-north-1' },
    ],
    ['dev.us-gov-west-1.eksctl.io', undefined, { cluster: 'dev', region: 'us-gov-west-1' }],
    ['kind', undefined, undefined],
    ['a', { command: 'gke-gcloud-auth-plugin', args: ['-i', 'shop'] }, undefined],
    ['a', { command: 'aws', args: ['eks', 'get-token', '--cluster-name'] }, undefined],
    ['a', { command: 'aws', args: ['eks', 'get-token', '--cluster-name', '$(rm -r .)'] }, undefined],
    ['a', { command: 1, args: [1, null] }, undefined],
  ]
  for (const [name, exec, expected] of rows) {
    t.same(eksNameOf(name, exec === undefined ? {} : { exec }), expected, JSON.stringify([name, exec]))
  }
  t.end()
})

t.test('credentials that cannot be sent say whose they are', async (t) => {
  const directory = folder()
  const garbage = Buffer.from('garbage').toString('base64')
  for (const [user, reason] of [
    [{ token: 'two\nlines' }, 'Invalid character in header content'],
    [{ 'client-certificate-data': garbage, 'client-key-data': garbage }, 'no start line'],
  ] as const) {
    const config = kubeconfig('https://127.0.0.1:1', user)
    const client = await connect({ kubeconfig: file(directory, 'config', config) })
    const message = new RegExp(
      `the credentials cannot be used: .*${reason}.*credentials of context test: .*can-i --list`,
    )
    await t.rejects(client.call(list), { name: 'ClusterError', code: 'kubeconfig', message }, reason)
    await client.close()
  }
})

t.test('nobody is told that he is nobody', async (t) => {
  const server = await startFakeApiServer(t)
  server.forbidden.add(path)
  const client = await connect({ kubeconfig: server.kubeconfig({}) })
  await t.rejects(client.call(list), {
    code: 'forbidden',
    status: 403,
    message:
      /403 configmaps is forbidden.*no credentials, which makes the caller system:anonymous; on Amazon EKS/,
  })
  await client.close()
})

t.test('a pod is its ServiceAccount, whose token is read at every call', async (t) => {
  const directory = folder()
  const seen: (string | undefined)[] = []
  const pair = await selfMade(directory)
  const server = createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    seen.push(request.headers.authorization)
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const variables = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(portOf(server)),
  }
  t.equal(serviceAccount(variables, directory), undefined, 'without a token')
  file(directory, 'token', 'one\n')
  file(directory, 'namespace', 'mesh\n')
  t.equal(serviceAccount({}, directory), undefined, 'outside of a pod')
  t.equal(await ownNamespace(directory), 'mesh')
  t.equal(await ownNamespace(join(directory, 'no')), undefined)
  const access = serviceAccount(variables, directory)
  if (access === undefined) throw new Error('there is a token')
  const client = httpClient(access)
  await t.rejects(client.call(list), { code: 'kubeconfig', message: /automountServiceAccountToken/ })
  file(directory, 'ca.crt', readFileSync(join(directory, 'ca.pem'), 'utf8'))
  await client.call(list)
  file(directory, 'token', 'two')
  await client.call(list)
  t.same(seen, ['Bearer one', 'Bearer two'])
  await client.close()
  t.equal(
    serviceAccount({ KUBERNETES_SERVICE_HOST: '::1', KUBERNETES_SERVICE_PORT: '1' }, directory)?.server,
    'https://[::1]:1',
  )
})

t.test('a connection that the server has closed meanwhile is no failure', async (t) => {
  const server = await startFakeApiServer(t)
  const client = await connect({ kubeconfig: server.kubeconfig() })
  for (let round = 0; round < 20; round++) {
    await client.call(list)
    server.closeIdle()
    await client.call(list)
  }
  t.equal(server.seen.length, 40)
  server.trouble = 'drop'
  await t.rejects(client.call(list), ClusterError)
  await client.close()
})
