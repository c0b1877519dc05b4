import { isLive } from '../coverage/coverage-of.ts'
import { podCoverage } from '../coverage/pod-coverage.ts'
import type { Surroundings } from '../coverage/surroundings.ts'
import { workloadOf } from '../coverage/workload.ts'
import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../injection/json.ts'
import type { Subject } from '../reviews/subject.ts'
import type { PodsLine } from './explanation.ts'
import type { World } from './world.ts'

/** The pods that are there of a workload or namespace. */
export function podsOf({ kind, name, namespace, isMade }: Subject, { pods }: World): readonly JsonObject[] {
  if (!isMade) return []
  const own = name.slice(name.indexOf('/') + 1)
  return pods.filter((pod) => {
    if (stringAt(objectAt(pod, 'metadata'), 'namespace') !== namespace || !isLive(pod)) return false
    return kind === 'Namespace' || workloadOf(pod) === `${kind}/${own}` || isControlledBy(pod, kind, own)
  })
}

/** A ReplicaSet that is asked for by its own name. */
function isControlledBy(pod: JsonObject, kind: string, name: string): boolean {
  return listAt(objectAt(pod, 'metadata'), 'ownerReferences')
    .filter(isObject)
    .some((owner) => owner['controller'] === true && owner['kind'] === kind && owner['name'] === name)
}

/** As many names as one wants to read. */
const mostNames = 3

/** Pods by what they are, most first. */
export function podLines(pods: readonly JsonObject[], surroundings: Surroundings): readonly PodsLine[] {
  const lines = new Map<
    string,
    { state: PodsLine['state']; reason: PodsLine['reason']; names: string[]; count: number }
  >()
  for (const pod of pods) {
    const { state, reason, name } = podCoverage(pod, surroundings)
    const line = lines.get(`${state} ${reason}`) ?? { state, reason, names: [], count: 0 }
    lines.set(`${state} ${reason}`, line)
    line.count++
    if (line.names.length < mostNames) line.names.push(name)
  }
  return [...lines.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}
