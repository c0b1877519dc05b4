import { readFile } from 'node:fs/promises'
import { isObject, type JsonObject } from '../golang/json-value.ts'
import type { Access, Credentials, TlsCredentials } from './access.ts'
import { authProvider } from './auth-provider.ts'
import { ClusterError } from './errors.ts'
import { eksNameOf, type EksName } from './eks-name.ts'
import { execPlugin, type ExecPlugin } from './exec-plugin.ts'
import { readKubeconfig, type Kubeconfig } from './kubeconfig-files.ts'
import { textAt } from './objects.ts'

/** Access as a kubeconfig's context says. Rejects with ClusterError `kubeconfig`. */
export async function fromKubeconfig(files: readonly string[], context?: string): Promise<Access> {
  const chosen = choose(await readKubeconfig(files), files, context)
  const { name, clusterName, cluster, user } = chosen
  const eks = eksNameOf(clusterName, user)
  const plugin = isObject(user['exec']) ? execPlugin(user['exec'], clusterInfo(cluster)) : undefined
  const provider = isObject(user['auth-provider']) ? authProvider(name, user) : undefined
  return {
    server: (textAt(cluster, 'server') ?? '').replace(/\/+$/, ''),
    eks,
    advice: adviceFor(name, user, eks),
    credentials: () => credentials(chosen, plugin, provider),
    forget: () => plugin?.forget(),
  }
}

interface Chosen {
  /** Of the context. */
  readonly name: string
  readonly clusterName: string
  readonly cluster: JsonObject
  readonly user: JsonObject
}

function choose(config: Kubeconfig, files: readonly string[], named: string | undefined): Chosen {
  const place = files.join(', ')
  const { contexts, clusters, users } = config
  const known = [...contexts.keys()].join(', ') || 'none'
  const name = named ?? config.currentContext
  if (name === undefined) throw unusable(`${place} has no current-context; choose one by --context: ${known}`)
  const context = contexts.get(name)
  if (context === undefined)
    throw unusable(`${place} has no context ${JSON.stringify(name)}; it has ${known}`)
  const clusterName = textAt(context, 'cluster') ?? ''
  const cluster = clusters.get(clusterName)
  if (cluster === undefined || textAt(cluster, 'server') === undefined) {
    throw unusable(`${place}: context ${JSON.stringify(name)} names no cluster that has a server there`)
  }
  if (!isAddress(textAt(cluster, 'server') ?? '')) {
    throw unusable(`${place}: server ${textAt(cluster, 'server')} is no address with https://`)
  }
  const proxy = textAt(cluster, 'proxy-url')
  if (proxy !== undefined && !isAddress(proxy)) {
    throw unusable(
      `${place}: proxy-url ${proxy} is no address with http:// or https://, which are known here`,
    )
  }
  const userName = textAt(context, 'user')
  const user = userName === undefined ? {} : users.get(userName)
  if (user === undefined) throw unusable(`${place}: context ${JSON.stringify(name)} names an unknown user`)
  return { name, clusterName, cluster, user }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text)
}

/** Files are read every time: whoever renews them need not tell us. */
async function credentials(
  { name, cluster, user }: Chosen,
  plugin: ExecPlugin | undefined,
  provider: (() => Promise<string | undefined>) | undefined,
): Promise<Credentials> {
  const exec = await plugin?.credential()
  const tls: TlsCredentials = {
    ca: await pem(name, cluster, 'certificate-authority'),
    cert: exec?.cert ?? (await pem(name, user, 'client-certificate')),
    key: exec?.key ?? (await pem(name, user, 'client-key')),
    servername: textAt(cluster, 'tls-server-name'),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] === true ? false : undefined,
  }
  const impersonated = textAt(user, 'as')
  const authorization =
    exec?.token === undefined
      ? ((await authorizationOf(name, user)) ?? (await provider?.()))
      : `Bearer ${exec.token}`
  return {
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(impersonated === undefined ? {} : { 'impersonate-user': impersonated }),
    },
    tls,
    proxy: textAt(cluster, 'proxy-url'),
  }
}

async function authorizationOf(name: string, user: JsonObject): Promise<string | undefined> {
  const file = textAt(user, 'tokenFile')
  const token = file === undefined ? textAt(user, 'token') : await read(name, file)
  if (token !== undefined) return `Bearer ${token.trim()}`
  const username = textAt(user, 'username')
  if (username === undefined) return undefined
  return `Basic ${Buffer.from(`${username}:${textAt(user, 'password') ?? ''}`).toString('base64')}`
}

/** `client-key-data` in base64, else the file of `client-key`. */
async function pem(name: string, entry: JsonObject, field: string): Promise<string | undefined> {
  const data = textAt(entry, `${field}-data`)
  if (data !== undefined) return Buffer.from(data, 'base64').toString()
  const file = textAt(entry, field)
  return file === undefined ? undefined : read(name, file)
}

async function read(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClusterError('kubeconfig', `the credentials of context ${name} cannot be read: ${reason}`, {
      cause,
    })
  }
}

/** What plug-ins are told of the server, in the form that they know. */
function clusterInfo(cluster: JsonObject): JsonObject {
  const { 'certificate-authority-data': ca, server } = cluster
  return { server, ...(ca === undefined ? {} : { 'certificate-authority-data': ca }) }
}

/** The trouble that istioctl had on EKS: without its plug-in the caller is nobody (istio/istio#5327). */
function adviceFor(context: string, user: JsonObject, eks: EksName | undefined): string {
  const isNobody = Object.keys(user).length === 0
  const who = isNobody
    ? `the user of context ${context} has no credentials, which makes the caller system:anonymous`
    : `these are the credentials of context ${context}: \`kubectl --context ${context} auth can-i --list -n NAMESPACE\` says what they may do`
  return `${who}; on Amazon EKS, \`${updateKubeconfig(eks)}\` writes a user that asks \`aws eks get-token\`, and the IAM identity needs an access entry`
}

function updateKubeconfig(eks: EksName | undefined): string {
  const region = eks?.region === undefined ? '' : ` --region ${eks.region}`
  return `aws eks update-kubeconfig${region} --name ${eks?.cluster ?? 'CLUSTER'}`
}

function unusable(message: string): ClusterError {
  return new ClusterError('kubeconfig', `kubeconfig ${message}`)
}
