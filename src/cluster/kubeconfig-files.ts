import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { read } from '../goyaml/index.ts'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import { ClusterError } from './errors.ts'
import { listAt, objectAt, textAt } from './objects.ts'

/** The kubeconfig files to be merged, as kubectl finds them; empty where there are none. */
export function kubeconfigFiles(environment: NodeJS.ProcessEnv, named?: string): readonly string[] {
  if (named !== undefined) return [named]
  const { KUBECONFIG: list = '' } = environment
  // Of a list some may be missing (kubectl makes them when it writes), of one file not.
  const files = list.split(delimiter).filter((file) => file !== '')
  if (files.length > 0) return files.length === 1 ? files : files.filter((file) => existsSync(file))
  const usual = join(homedir(), '.kube', 'config')
  return existsSync(usual) ? [usual] : []
}

/** A kubeconfig: what of several files has the same name is that of the first, as in kubectl. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, JsonObject>
  readonly users: ReadonlyMap<string, JsonObject>
  readonly contexts: ReadonlyMap<string, JsonObject>
  readonly currentContext: string | undefined
}

/** Reads and merges files; paths in them become absolute. Rejects with ClusterError `kubeconfig` that names the file. */
export async function readKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const clusters = new Map<string, JsonObject>()
  const users = new Map<string, JsonObject>()
  const contexts = new Map<string, JsonObject>()
  let currentContext: string | undefined
  for (const file of files) {
    const config = await readOne(file)
    const folder = dirname(file)
    add(clusters, entries(config, 'clusters', 'cluster', folder))
    add(users, entries(config, 'users', 'user', folder))
    add(contexts, entries(config, 'contexts', 'context', folder))
    currentContext ??= textAt(config, 'current-context')
  }
  return { clusters, users, contexts, currentContext }
}

async function readOne(file: string): Promise<Json> {
  try {
    return read(await readFile(file, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClusterError('kubeconfig', `kubeconfig ${file} cannot be read: ${reason}`, { cause })
  }
}

function add(to: Map<string, JsonObject>, from: Iterable<readonly [string, JsonObject]>): void {
  for (const [name, entry] of from) if (!to.has(name)) to.set(name, entry)
}

function* entries(config: Json, list: string, member: string, folder: string) {
  for (const item of listAt(config, list)) {
    const name = textAt(item, 'name')
    if (name !== undefined) yield [name, absolute(objectAt(item, member), folder)] as const
  }
}

/** What names a file is meant from the kubeconfig's own folder; so is a command that is a path. */
const paths = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

function absolute(entry: JsonObject, folder: string): JsonObject {
  const made = paths.flatMap((field) => {
    const path = textAt(entry, field)
    return path === undefined ? [] : [[field, from(folder, path)] as const]
  })
  const { exec } = entry
  const command = textAt(exec, 'command')
  const isPath = command !== undefined && /[/\\]/.test(command)
  return {
    ...entry,
    ...Object.fromEntries(made),
    ...(isObject(exec) && isPath ? { exec: { ...exec, command: from(folder, command) } } : {}),
  }
}

function from(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path)
}
