import { execFile } from 'node:child_process'
import type { Json, JsonObject } from '../golang/json-value.ts'
import { ClusterError } from './errors.ts'
import { listAt, objectAt, textAt } from './objects.ts'

/** What a plug-in has answered. */
export interface ExecCredential {
  readonly token: string | undefined
  /** PEM texts. */
  readonly cert: string | undefined
  readonly key: string | undefined
}

export interface ExecPlugin {
  /** Runs the command unless what it last answered is still good. Rejects with ClusterError `kubeconfig`. */
  credential(): Promise<ExecCredential>
  forget(): void
}

/** `aws` asks AWS over the network, with retries; who must log in by a browser first can do so in this time. */
const limitMs = 60_000

/** A token is not used in the last seconds of its life: the call has to arrive, and clocks differ. */
const spareMs = 10_000

/** The versions that there have been; kubectl refuses the first since 1.24, and asks everybody to renew the kubeconfig. */
const oldVersion = 'client.authentication.k8s.io/v1alpha1'

const renewal =
  'on Amazon EKS, `aws eks update-kubeconfig --name CLUSTER` with a current AWS CLI writes a new one'

/** `users[].user.exec` of a kubeconfig, e.g. `aws eks get-token`; `cluster` is what it is told of the server. */
export function execPlugin(exec: JsonObject, cluster: JsonObject, now: () => number = Date.now): ExecPlugin {
  let kept: { readonly credential: ExecCredential; readonly until: number } | undefined
  let running: Promise<ExecCredential> | undefined

  async function run(): Promise<ExecCredential> {
    const status = objectAt(await answerOf(exec, cluster), 'status')
    const credential = {
      token: textAt(status, 'token'),
      cert: textAt(status, 'clientCertificateData'),
      key: textAt(status, 'clientKeyData'),
    }
    if (credential.token === undefined && credential.cert === undefined) {
      throw failed(exec, 'has answered neither a token nor a certificate')
    }
    const expiry = textAt(status, 'expirationTimestamp')
    // Without one it is good for as long as the server takes it.
    kept = { credential, until: expiry === undefined ? Infinity : Date.parse(expiry) - spareMs }
    return credential
  }

  return {
    credential() {
      if (kept !== undefined && now() < kept.until) return Promise.resolve(kept.credential)
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
    forget() {
      kept = undefined
    },
  }
}

/** Runs the command once. */
function answerOf(exec: JsonObject, cluster: JsonObject): Promise<Json> {
  const command = textAt(exec, 'command')
  if (command === undefined) return Promise.reject(failed(exec, 'names no command'))
  const args = argumentsOf(exec)
  return new Promise((resolve, reject) => {
    const options = { env: environmentOf(exec, cluster), timeout: limitMs, maxBuffer: 1024 * 1024 }
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error !== null) reject(failed(exec, ending(exec, error, stderr), error))
      else {
        try {
          resolve(credentialOf(exec, stdout))
        } catch (cause) {
          reject(cause)
        }
      }
    })
    // Nobody is there to be asked; who waits for an answer sees the end of it.
    child.stdin?.on('error', () => undefined).end()
  })
}

function argumentsOf(exec: JsonObject): string[] {
  return listAt(exec, 'args').filter((argument) => typeof argument === 'string')
}

function credentialOf(exec: JsonObject, stdout: string): Json {
  let json: Json
  try {
    json = JSON.parse(stdout)
  } catch (cause) {
    throw failed(exec, 'has answered what is no JSON', cause)
  }
  if (textAt(json, 'kind') === 'ExecCredential') return json
  throw failed(exec, 'has answered JSON that is no ExecCredential')
}

function environmentOf(exec: JsonObject, cluster: JsonObject): NodeJS.ProcessEnv {
  const own = listAt(exec, 'env').flatMap((item) => {
    const name = textAt(item, 'name')
    return name === undefined ? [] : [[name, textAt(item, 'value') ?? ''] as const]
  })
  const spec = { interactive: false, ...(exec['provideClusterInfo'] === true ? { cluster } : {}) }
  const info = { kind: 'ExecCredential', apiVersion: textAt(exec, 'apiVersion'), spec }
  return { ...process.env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) }
}

/** Why it did not answer, and what to do about it. */
function ending(exec: JsonObject, error: Error, stderr: string): string {
  if ('code' in error && error.code === 'ENOENT') {
    const hint = textAt(exec, 'installHint')?.trim()
    return `is not installed: ${hint ?? 'no command of this name is on the PATH'}`
  }
  if ('killed' in error && error.killed === true) return `has not answered within ${limitMs / 1000} s`
  const code = 'code' in error ? ` (exit code ${String(error.code)})` : ''
  return `has failed${code}: ${stderr.trim().slice(-1000) || error.message}`
}

function failed(exec: JsonObject, what: string, cause?: unknown): ClusterError {
  const command = [textAt(exec, 'command') ?? '', ...argumentsOf(exec)].join(' ')
  const isOld = textAt(exec, 'apiVersion') === oldVersion
  const age = isOld ? ` (the kubeconfig asks for ${oldVersion}, which newer tools do not know)` : ''
  const message = `the kubeconfig's exec plug-in \`${command}\` ${what}${age}; ${renewal}`
  return new ClusterError('kubeconfig', message, { cause })
}
