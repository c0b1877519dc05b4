import type { KubernetesClient } from '../cluster/client.ts'
import type { StringMap } from '../injection/json.ts'
import { settingsInSteps, type Settings } from '../injection/settings.ts'
import { defaultRevision, severalRevisions, soleRevision, type Revisions } from '../revisions/revisions.ts'
import { aside } from '../sources/aside.ts'
import { openRevisions } from '../sources/revisions.ts'
import { openSettings, type SettingsFiles } from '../sources/settings.ts'
import { CommandError } from './errors.ts'
import { reasonOf } from './input.ts'
import { withFile } from './read-settings.ts'
import type { RevisionsFolder } from './revisions-folder.ts'
import type { ClusterSurroundings } from './serve-cluster.ts'
import type { SettingsPlace } from './serve-files.ts'
import type { SettingsFlags } from './settings-options.ts'
import { settingsSource } from './settings-source.ts'

/** Told what becomes of settings, by revision. */
export interface SettingsEvents {
  readonly onLoad: (revision: string, settings: Settings, generation: number) => void
  readonly onError: (revision: string, error: unknown) => void
  readonly onForgiven: (revision: string) => void
  readonly onGone: (revision: string) => void
}

export interface ServedRevisions {
  /** One immutable snapshot, to be asked for once a request. */
  readonly current: Revisions
  /** The annotations of a namespace, where injection asks for them. */
  annotationsOf?(namespace: string): StringMap | undefined
  /** To be called before the metrics are shown. */
  beforeMetrics?(): void
  close(): void
}

/** Opens the settings to serve and follows them. Rejects if there are none to start with, but for those of a cluster. */
export async function openServedRevisions(
  place: SettingsPlace,
  flags: SettingsFlags,
  events: SettingsEvents,
  surroundings: Omit<ClusterSurroundings, 'client'> & { readonly client: () => Promise<KubernetesClient> },
): Promise<ServedRevisions> {
  if (place.kind === 'cluster') {
    const { openClusterRevisions } = await import('./serve-cluster.ts')
    const client = await surroundings.client()
    return openClusterRevisions(place.cluster, flags, events, { ...surroundings, client })
  }
  return place.kind === 'folder' ? openSeveral(place.folder, flags, events) : openOne(place, flags, events)
}

async function openOne(
  place: Exclude<SettingsPlace, { kind: 'folder' | 'cluster' }>,
  flags: SettingsFlags,
  events: SettingsEvents,
): Promise<ServedRevisions> {
  const { revision, istioVersion } = flags
  const name = revision ?? defaultRevision
  const files = place.kind === 'files' ? place.files : undefined
  return openSettings({
    files,
    async compile(texts) {
      const source = settingsSource({ ...texts, istioVersion }, flags, revision)
      return soleRevision(name, await aside(settingsInSteps(source)))
    },
    onLoad: ({ sole }, generation) => events.onLoad(name, sole.settings, generation),
    onError: (error) => events.onError(name, error),
  }).catch((error: unknown) => {
    throw atStart(error, files)
  })
}

/** For a terminal rather than for the log: which file, and what is wrong where in it. */
function atStart(error: unknown, files: SettingsFiles | undefined): unknown {
  if (error instanceof Error && 'path' in error && typeof error.path === 'string') {
    return new CommandError(`${error.path}: ${reasonOf(error)}`, { cause: error })
  }
  return withFile(error, files ?? {})
}

async function openSeveral(
  { directory, tags }: RevisionsFolder,
  flags: SettingsFlags,
  events: SettingsEvents,
): Promise<ServedRevisions> {
  let current = severalRevisions(new Map(), tags)
  const source = await openRevisions<Settings>({
    ...events,
    directory,
    // async: what reading the texts throws is to come as that of compiling them does
    compile: async (revision, texts) => aside(settingsInSteps(settingsSource(texts, flags, revision))),
    onChange(all) {
      current = severalRevisions(all, tags)
    },
  })
  return {
    get current() {
      return current
    },
    close: () => source.close(),
  }
}
