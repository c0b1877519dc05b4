import type { KubernetesClient } from '../cluster/client.ts'
import { objectAt, textAt } from '../cluster/objects.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import { factsOf, isOrphaned, type Facts } from '../diagnosis/facts.ts'
import { ownerOf, type Configuration } from '../diagnosis/injectors.ts'
import type { Observations } from '../diagnosis/observations.ts'
import { flagOf } from '../diagnosis/workload.ts'
import type { JsonObject } from '../golang/json-value.ts'
import { secretStore } from '../tls/authority-secret.ts'
import { readAuthorityState, trustedBy } from '../tls/authority.ts'
import { writeBundle } from '../tls/bundle.ts'
import {
  caBundlePatch,
  configurationPath,
  fieldManager,
  isOwned,
  readConfiguration,
  releasePatch,
} from '../tls/webhook-configuration.ts'
import { reasonOf } from './look.ts'

/**
 * Mends what is the injector's own: the caBundle of its webhook configuration, from the Secret of its authority; and webhook
 * configurations of its own whose Service is gone. Says what it did, or why it did not, a sentence each. Never rejects.
 */
export async function fix(
  client: KubernetesClient,
  seen: Observations,
  now = Date.now(),
): Promise<readonly string[]> {
  const facts = factsOf(seen)
  const found = new Set(diagnose(seen).findings.map(({ cause }) => cause))
  const done: string[] = []
  if (found.has('webhook-orphaned')) {
    for (const configuration of facts.configurations.filter((each) => isOrphaned(each, seen.services))) {
      done.push(
        await attempt(`webhook configuration ${configuration.name}`, () => remove(client, configuration)),
      )
    }
  }
  if (found.has('ca-bundle-empty') || found.has('ca-bundle-wrong')) {
    done.push(await attempt('the caBundle', () => writeCaBundle(client, facts, now)))
  }
  return done.length > 0 ? done : ["nothing: what was found is not the injector's own to mend"]
}

async function attempt(what: string, run: () => Promise<string>): Promise<string> {
  try {
    return await run()
  } catch (error) {
    return `${what} was left as it is: ${reasonOf(error)}`
  }
}

/** Only if it is the very object that was looked at, and ours by itself: that somebody has named it makes it no more so. */
async function remove(client: KubernetesClient, { name, object }: Configuration): Promise<string> {
  if (ownerOf(object) !== 'ours')
    return `webhook configuration ${name} was left as it is: it is not this injector's`
  const metadata = objectAt(object, 'metadata')
  const uid = textAt(metadata, 'uid')
  const resourceVersion = textAt(metadata, 'resourceVersion')
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } }
  await client.call({ method: 'DELETE', path: configurationPath(name), body })
  return `webhook configuration ${name} was deleted: the Service that it called is gone`
}

/** The Secret has every authority that signs, will sign, or has signed what may still be served. */
async function writeCaBundle(
  client: KubernetesClient,
  { target, service, pods }: Facts,
  now: number,
): Promise<string> {
  const secret = flagOf(pods, 'certificateSecret')
  if (target?.owner !== 'ours' || service === undefined || secret === undefined) {
    return 'the caBundle was left as it is: the injector keeps no authority of its own (certificates.mode is not self)'
  }
  const { values } = await secretStore(client, { namespace: service.namespace, name: secret }).read()
  const anchors = trustedBy(readAuthorityState(values, now), now)
  const place = `Secret ${service.namespace}/${secret}`
  if (anchors.length === 0)
    return `the caBundle was left as it is: ${place} has no authority that is good still`
  const path = configurationPath(target.name)
  const configuration = readConfiguration(await client.call({ method: 'GET', path }), service)
  const written = await client.call({
    method: 'PATCH',
    path,
    query: { fieldManager, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: caBundlePatch(configuration, writeBundle(anchors)),
  })
  await release(client, path, readConfiguration(written, service))
  return `the caBundle of ${target.name} was written from ${place}: ${anchors.map(({ subject }) => subject).join(', ')}`
}

/** Nobody is to own what was written (docs/decisions/0007-own-no-field.md); who has written meanwhile may stay in the way. */
async function release(
  client: KubernetesClient,
  path: string,
  configuration: ReturnType<typeof readConfiguration>,
) {
  if (!isOwned(configuration)) return
  const body: readonly JsonObject[] = releasePatch(configuration)
  await client
    .call({ method: 'PATCH', path, contentType: 'application/json-patch+json', body })
    .catch(() => undefined)
}
