import { createHash } from 'node:crypto'

/** An object that Events are about. */
export interface Regarding {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Empty for one that has none yet. */
  readonly uid: string
  /** Of the object as it was looked at; empty where that does not matter. */
  readonly resourceVersion: string
}

/** Something that people are to see with `kubectl describe`. */
export interface Warning {
  readonly regarding: Regarding
  /** One word, for machines: `SettingsRefused`. */
  readonly reason: string
  readonly message: string
}

/** The API server refuses longer ones. */
const longestMessage = 1024

const component = 'eks-sidecar-injector'

/**
 * An Event (core/v1, which every Kubernetes has, and one right is enough for). The name is made from `identity`, so that
 * replicas and restarts which find the same write one Event together.
 */
export function eventObject(warning: Warning, namespace: string, identity: string, now: number) {
  const { regarding, reason, message } = warning
  const { name, apiVersion, kind, uid, resourceVersion } = regarding
  const hash = createHash('sha256').update(identity).digest('hex')
  // In seconds: kubectl reads no fractions here.
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${hash.slice(0, 16)}`, namespace },
    involvedObject: {
      apiVersion,
      kind,
      namespace,
      name,
      ...(uid === '' ? {} : { uid }),
      ...(resourceVersion === '' ? {} : { resourceVersion }),
    },
    type: 'Warning',
    reason,
    message:
      message.length > longestMessage ? `${message.slice(0, longestMessage - 1).toWellFormed()}…` : message,
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
}
