import { connect } from '../cluster/connect.ts'
import { UsageError } from './errors.ts'
import type { ClusterFlags } from './cluster-options.ts'
import { readClusterRevisions, type ReadCluster } from './read-cluster.ts'
import { readRevisions } from './read-revisions.ts'
import type { SettingsFlags } from './settings-options.ts'

/**
 * A cluster, with its own settings or, to see what they would mean, with those that flags name. Rejects with ClusterError,
 * CommandError and UsageError.
 */
export async function readEither(
  flags: SettingsFlags & ClusterFlags,
  warn: (message: string) => void,
): Promise<ReadCluster> {
  const { injectConfigFile, revisionsDir, meshConfigFile, valuesFile, proxyConfigFile } = flags
  if (injectConfigFile !== undefined || revisionsDir !== undefined) {
    const revisions = await readRevisions(flags, warn)
    return { client: await connect(flags), revisions }
  }
  if (meshConfigFile !== undefined || valuesFile !== undefined || proxyConfigFile !== undefined) {
    throw new UsageError(
      '--meshConfigFile, --valuesFile and --proxyConfigFile belong to a --injectConfigFile',
    )
  }
  return readClusterRevisions(flags, warn)
}
