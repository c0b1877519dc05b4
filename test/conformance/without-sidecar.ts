import { read, splitDocuments } from '../../src/goyaml/index.ts'
import { isObject, stringAt, type Json } from '../../src/injection/json.ts'
import { normalisedText } from './normalise.ts'

/** What a template adds: containers, volumes and annotations whose names say so. */
const added =
  /^(?:istio-(?:init|proxy|envoy|certs|token)|istiod-ca-cert|podinfo|enable-core-dump|(?:[a-z]+\.)*istio\.io\/.*)$/

/**
 * Manifests without what comes from the template: what is left is how kube-inject finds workloads, reads and writes them,
 * and the labels that it adds by itself.
 */
export function withoutSidecar(manifests: string): string {
  return splitDocuments(manifests)
    .map((document) => normalisedText(stripped(read(document))))
    .join('\n')
}

function stripped(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item: Json) => !isAdded(item)).map(stripped)
  if (!isObject(value)) return value
  const members = Object.entries(value)
    .filter(([name]) => name !== 'annotations' && name !== 'securityContext')
    .map(([name, member]): [string, Json] => [name, stripped(member ?? null)])
  return Object.fromEntries(members)
}

function isAdded(item: Json): boolean {
  return isObject(item) && added.test(stringAt(item, 'name'))
}
