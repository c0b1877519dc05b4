import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../../src/injection/json.ts'
import type { Change } from '../../src/uninjection/change.ts'

/** The port of pilot-agent in the mesh configs of all charts. */
const statusPort = 15020

/**
 * A change `lost` that the pod as it was does not explain: an injector keeps no record of probes that name a port which
 * their container does not have, nor (from 1.9) of those that ask pilot-agent's port already.
 */
export function unexplainedLoss(pod: JsonObject, changes: readonly Change[]): string | undefined {
  return changes.find(({ action, place }) => action === 'lost' && !isExplained(pod, place))?.place
}

/** `spec.containers[web].livenessProbe` */
const probePlace = /^spec\.(\w+)\[([^\]]*)\]\.(?:lifecycle\.)?(\w+)$/

function isExplained(pod: JsonObject, place: string): boolean {
  const [, list = '', name, hook = ''] = probePlace.exec(place) ?? []
  const container = listAt(objectAt(pod, 'spec'), list)
    .filter(isObject)
    .find((item) => item['name'] === name)
  if (container === undefined) return false
  const handler = { ...objectAt(container, hook), ...objectAt(objectAt(container, 'lifecycle'), hook) }
  const { port } = { ...objectAt(handler, 'httpGet'), ...objectAt(handler, 'tcpSocket') }
  if (typeof port !== 'string') return port === statusPort
  return !listAt(container, 'ports')
    .filter(isObject)
    .some((item) => stringAt(item, 'name') === port)
}
