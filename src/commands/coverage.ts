import type { KubernetesClient } from '../cluster/client.ts'
import { ClusterError } from '../cluster/errors.ts'
import { listAll, listKept } from '../cluster/list-all.ts'
import { collections } from '../cluster/verbs.ts'
import { coverageOf } from '../coverage/coverage-of.ts'
import { slimPod, notKept } from '../coverage/slim-pod.ts'
import type { Coverage } from '../coverage/types.ts'
import { isObject, type JsonObject } from '../injection/json.ts'
import { withTags, type Revisions } from '../revisions/revisions.ts'
import { readNamespace } from '../selection/namespace.ts'
import { readWebhooks } from '../selection/webhook-entry.ts'
import { defaultIstioNamespace } from './cluster-options.ts'
import type { ExitCode, Terminal } from './command.ts'
import type { CoverageOptions } from './coverage-command.ts'
import { coverageText, isMissed } from './coverage-text.ts'
import { CommandError } from './errors.ts'
import { withProgress } from './progress.ts'
import { readEither } from './read-either.ts'
import { agesOnly, settingsTimes } from './settings-times.ts'

/** Counts the pods of a cluster. */
export async function runCoverage(options: CoverageOptions, { stdout, stderr }: Terminal): Promise<ExitCode> {
  const warn = (message: string): void => void stderr.write(`warning: ${message}\n`)
  const { client: bare, revisions } = await readEither(options, warn)
  const client = withProgress(bare, stderr)
  const coverage = await readCoverage(client, revisions, options).finally(() => client.close())
  stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(coverage, undefined, 2)}\n`
      : coverageText(coverage, options.pods),
  )
  for (const line of coverage.notKnown) warn(`not known: ${line}`)
  return coverage.namespaces.some(({ pods }) => pods.some(isMissed)) ? 3 : 0
}

/** Everything at once, as nothing depends on anything else. */
async function readCoverage(
  client: KubernetesClient,
  revisions: Revisions,
  { namespace, istioNamespace = defaultIstioNamespace }: CoverageOptions,
): Promise<Coverage> {
  const notKnown: string[] = []
  const [pods, namespaces, configurations, configMaps] = await Promise.all([
    listKept(client, podsPath(namespace), slimPod),
    readNamespaces(client, namespace),
    listAll(client, collections.webhooks).catch((error: unknown) => {
      if (!(error instanceof ClusterError) || error.code !== 'forbidden') throw error
      notKnown.push(
        `webhook configurations, so that those of Istio's charts are taken for there: ${error.message}`,
      )
      return undefined
    }),
    // With settings of files there need be none, nor the right to see them.
    listKept(client, collections.configMaps(istioNamespace), agesOnly).catch((error: unknown) => {
      if (!(error instanceof ClusterError) || error.code !== 'forbidden') throw error
      return []
    }),
  ])
  const webhooks = configurations && readWebhooks(configurations)
  const facts = new Map(namespaces.map(readNamespace).map((each) => [each.name, each]))
  const surroundings = {
    revisions: webhooks === undefined ? revisions : withTags(revisions, webhooks.tags),
    namespaces: facts,
    webhooks: webhooks?.entries,
    notKept,
    settingsTimes: (revision: string) => settingsTimes(configMaps, revision),
  }
  return coverageOf(pods, surroundings, notKnown)
}

function podsPath(namespace: string | undefined): string {
  return namespace === undefined
    ? collections.pods
    : `${collections.namespaces}/${encodeURIComponent(namespace)}/pods`
}

async function readNamespaces(
  client: KubernetesClient,
  name: string | undefined,
): Promise<readonly JsonObject[]> {
  if (name === undefined) return listAll(client, collections.namespaces)
  try {
    const object = await client.call({
      method: 'GET',
      path: `${collections.namespaces}/${encodeURIComponent(name)}`,
    })
    return isObject(object) ? [object] : []
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error
    throw new CommandError(`there is no namespace ${name} at ${client.server}`, { cause: error })
  }
}
