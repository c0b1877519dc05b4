import type { OutgoingHttpHeaders } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import type { Access, Credentials } from './access.ts'
import { ClusterError } from './errors.ts'
import { execPlugin, type ExecCredential } from './exec-plugin.ts'
import { readKubeconfig, type Kubeconfig } from './kubeconfig-files.ts'
import { textAt } from './objects.ts'

/**
 * Access as a kubeconfig's context says. Certificates, tokens, passwords, proxies and the older kinds of `auth-provider`
 * are @kubernetes/client-node's work; merging of files, `tokenFile` and exec plug-ins are ours, where it differs from
 * kubectl. Rejects with ClusterError `kubeconfig`.
 */
export async function fromKubeconfig(files: readonly string[], context?: string): Promise<Access> {
  // A fifth of a second and 40 MB: only for those who have a kubeconfig.
  const { KubeConfig, loadYaml } = await import('@kubernetes/client-node')
  const parse = (text: string): Json => (text.trim() === '' ? null : loadYaml<Json>(text))
  const config = await readKubeconfig(files, parse)
  const { name, cluster, user } = chosen(config, files, context)
  const plugin = isObject(user['exec']) ? execPlugin(user['exec'], clusterInfo(cluster)) : undefined
  let kubeConfig = load(KubeConfig, name, cluster, user)

  return {
    server: (textAt(cluster, 'server') ?? '').replace(/\/+$/, ''),
    advice: adviceFor(name, user),
    async credentials() {
      const headers: OutgoingHttpHeaders = {}
      const options: RequestOptions = { headers }
      try {
        await kubeConfig.applyToHTTPSOptions(options)
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new ClusterError('kubeconfig', `the credentials of context ${name} cannot be used: ${reason}`, {
          cause,
        })
      }
      const exec = await plugin?.credential()
      if (exec?.token !== undefined) headers['Authorization'] = `Bearer ${exec.token}`
      // Files end in a line feed, which client-node leaves in.
      const { Authorization: authorization } = headers
      if (typeof authorization === 'string') headers['Authorization'] = authorization.trim()
      return credentialsOf(headers, options, exec, textAt(cluster, 'proxy-url') !== undefined)
    },
    forget() {
      plugin?.forget()
      // What it keeps of token files and of logins goes with it.
      kubeConfig = load(KubeConfig, name, cluster, user)
    },
  }
}

interface Chosen {
  readonly name: string
  readonly cluster: JsonObject
  readonly user: JsonObject
}

function chosen(config: Kubeconfig, files: readonly string[], named: string | undefined): Chosen {
  const place = files.join(', ')
  const { contexts, clusters, users } = config
  const known = [...contexts.keys()].join(', ') || 'none'
  const name = named ?? config.currentContext
  if (name === undefined) throw unusable(`${place} has no current-context; choose one by --context: ${known}`)
  const context = contexts.get(name)
  if (context === undefined)
    throw unusable(`${place} has no context ${JSON.stringify(name)}; it has ${known}`)
  const cluster = clusters.get(textAt(context, 'cluster') ?? '')
  if (cluster === undefined || textAt(cluster, 'server') === undefined) {
    throw unusable(`${place}: context ${JSON.stringify(name)} names no cluster that has a server there`)
  }
  if (!/^https?:\/\//.test(textAt(cluster, 'server') ?? '')) {
    throw unusable(`${place}: server ${textAt(cluster, 'server')} is no address with https://`)
  }
  const userName = textAt(context, 'user')
  const user = userName === undefined ? {} : users.get(userName)
  if (user === undefined) throw unusable(`${place}: context ${JSON.stringify(name)} names an unknown user`)
  return { name, cluster, user }
}

/** client-node's own form of one context. It does not know `tokenFile`, and takes http:// only with TLS switched off. */
function load(
  Constructor: typeof KubeConfig,
  name: string,
  cluster: JsonObject,
  { exec: _exec, tokenFile, ...user }: JsonObject,
): KubeConfig {
  const isPlain = textAt(cluster, 'server')?.startsWith('http:') === true
  const provider = { name: 'tokenFile', config: { tokenFile } }
  const config = new Constructor()
  config.loadFromString(
    JSON.stringify({
      'current-context': name,
      contexts: [{ name, context: { cluster: name, user: name } }],
      clusters: [{ name, cluster: isPlain ? { ...cluster, 'insecure-skip-tls-verify': true } : cluster }],
      users: [{ name, user: tokenFile === undefined ? user : { ...user, 'auth-provider': provider } }],
    }),
  )
  return config
}

function credentialsOf(
  headers: OutgoingHttpHeaders,
  { ca, cert, key, auth, agent, servername, rejectUnauthorized }: RequestOptions,
  exec: ExecCredential | undefined,
  isProxied: boolean,
): Credentials {
  const basic = auth ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}
  return {
    headers: { ...headers, ...basic },
    tls: {
      ca: pem(ca),
      cert: exec?.cert ?? pem(cert),
      key: exec?.key ?? pem(key),
      servername,
      rejectUnauthorized,
    },
    agent: isProxied && typeof agent === 'object' ? agent : undefined,
  }
}

function pem(value: RequestOptions['ca'] | RequestOptions['key']): string | undefined {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined
}

/** What plug-ins are told of the server, in the form that they know. */
function clusterInfo(cluster: JsonObject): JsonObject {
  const { 'certificate-authority-data': ca, server } = cluster
  return { server, ...(ca === undefined ? {} : { 'certificate-authority-data': ca }) }
}

/** The trouble that istioctl had on EKS: without its plug-in the caller is nobody (istio/istio#5327). */
function adviceFor(context: string, user: JsonObject): string {
  const isNobody = Object.keys(user).length === 0
  const who = isNobody
    ? `the user of context ${context} has no credentials, which makes the caller system:anonymous`
    : `these are the credentials of context ${context}: look whether \`kubectl --context ${context} auth can-i get configmaps -A\` agrees`
  return `${who}; on Amazon EKS, \`aws eks update-kubeconfig --name CLUSTER\` writes a user that asks \`aws eks get-token\`, and the IAM identity needs an access entry`
}

function unusable(message: string): ClusterError {
  return new ClusterError('kubeconfig', `kubeconfig ${message}`)
}
