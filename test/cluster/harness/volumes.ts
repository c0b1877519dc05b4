import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ApiFailure, type Api } from './api.ts'
import { downward } from './environment.ts'
import type { DataObject, KeyToPath, Pod, ProjectedSource, Volume } from './objects.ts'

/** The files of a volume by their paths. */
type Files = ReadonlyMap<string, Buffer>

/** Thrown while a ConfigMap or a Secret of a volume is missing; kubelet waits for it, too. */
export class VolumeNotReady extends Error {
  constructor(pod: Pod, volume: string, options: ErrorOptions) {
    super(`volume ${volume} of pod ${pod.metadata.name} cannot be made yet`, options)
    this.name = 'VolumeNotReady'
  }
}

/**
 * Writes the volume of a pod below `folder`, or writes it anew: as kubelet does, into a new folder that a link then points
 * to, so that whoever reads sees the old files or the new ones and never some of each.
 */
export async function writeVolume(api: Api, pod: Pod, volume: Volume, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if (volume.emptyDir !== undefined) return
  let files: Files
  try {
    files = await filesOf(api, pod, volume)
  } catch (error) {
    throw new VolumeNotReady(pod, volume.name, { cause: error })
  }
  const data = `..${Date.now()}`
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, data, path)), { recursive: true })
    await writeFile(join(folder, data, path), content, { mode: 0o644 })
  }
  const before = await readlink(join(folder, '..data')).catch(() => undefined)
  await symlink(data, join(folder, '..data.new'))
  await rename(join(folder, '..data.new'), join(folder, '..data'))
  for (const path of files.keys()) {
    const first = path.split('/')[0] ?? path
    await symlink(join('..data', first), join(folder, first)).catch(keepExisting)
  }
  if (before !== undefined && before !== data) await rm(join(folder, before), { recursive: true })
}

function keepExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

async function filesOf(api: Api, pod: Pod, volume: Volume): Promise<Files> {
  if (volume.secret !== undefined) {
    const { secretName, ...rest } = volume.secret
    return filesOfSource(api, pod, { secret: { name: secretName, ...rest } })
  }
  if (volume.configMap !== undefined) return filesOfSource(api, pod, { configMap: volume.configMap })
  if (volume.projected === undefined)
    throw new Error(`the kubelet of the tests has no volumes like ${volume.name}`)
  const all = new Map<string, Buffer>()
  for (const source of volume.projected.sources) {
    for (const [path, content] of await filesOfSource(api, pod, source)) all.set(path, content)
  }
  return all
}

async function filesOfSource(api: Api, pod: Pod, source: ProjectedSource): Promise<Files> {
  const namespace = `/api/v1/namespaces/${pod.metadata.namespace ?? 'default'}`
  if (source.serviceAccountToken !== undefined) {
    const { path, expirationSeconds, audience } = source.serviceAccountToken
    const { status } = await api.call<{ status: { token: string } }>({
      method: 'POST',
      path: `${namespace}/serviceaccounts/${pod.spec.serviceAccountName ?? 'default'}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          expirationSeconds: expirationSeconds ?? 3600,
          audiences: audience === undefined ? [] : [audience],
          boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: pod.metadata.name, uid: pod.metadata.uid },
        },
      },
    })
    return new Map([[path, Buffer.from(status.token)]])
  }
  if (source.downwardAPI !== undefined) {
    return new Map(
      source.downwardAPI.items.map(({ path, fieldRef }) => [
        path,
        Buffer.from(downward(pod, fieldRef.fieldPath)),
      ]),
    )
  }
  const reference = source.configMap ?? source.secret
  if (reference === undefined) return new Map()
  const [kind, encoding] =
    source.configMap === undefined ? ['secrets', 'base64' as const] : ['configmaps', 'utf8' as const]
  try {
    const { data = {} } = await api.get<DataObject>(`${namespace}/${kind}/${reference.name}`)
    const items: readonly KeyToPath[] =
      reference.items ?? Object.keys(data).map((key) => ({ key, path: key }))
    return new Map(items.map(({ key, path }) => [path, Buffer.from(data[key] ?? '', encoding)]))
  } catch (error) {
    if (reference.optional === true && error instanceof ApiFailure && error.status === 404) return new Map()
    throw error
  }
}
