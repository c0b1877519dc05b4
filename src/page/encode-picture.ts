import { createHash } from 'node:crypto'
import { missedReasons } from '../coverage/missed.ts'
import type { Coverage, PodCoverage } from '../coverage/types.ts'
import type { Picture, PicturePod, PodState } from './picture.ts'

/** A picture as JSON text, and a tag which says whether it is another one than before. */
export interface EncodedPicture {
  readonly text: string
  readonly tag: string
}

/**
 * Encodes the state of a cluster, undefined for one that has not been seen yet. The same state, which may be asked for
 * by many and often, is encoded once.
 */
export function pictureEncoder(): (coverage: Coverage | undefined) => EncodedPicture {
  let last: Coverage | undefined
  let encoded = encode(last)
  return (coverage) => {
    if (coverage !== last) encoded = encode(coverage)
    last = coverage
    return encoded
  }
}

function encode(coverage: Coverage | undefined): EncodedPicture {
  const text = JSON.stringify(pictureOf(coverage))
  return { text, tag: `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"` }
}

function pictureOf(coverage: Coverage | undefined): Picture {
  if (coverage === undefined)
    return { waiting: 'The cluster has not been seen yet.', notKnown: [], namespaces: [] }
  const namespaces = coverage.namespaces.map(({ name, labels, pods }) => ({
    name,
    labels,
    pods: pods.map(podOf).sort((a, b) => order[a.state] - order[b.state]),
  }))
  return { notKnown: coverage.notKnown, namespaces }
}

/** What needs a look comes first; within a state they stay by name. */
const order: Readonly<Record<PodState, number>> = { missing: 0, outdated: 1, injected: 2, 'left-out': 3 }

function podOf(pod: PodCoverage): PicturePod {
  const { name, reason, message, owner, revision, version } = pod
  return {
    name,
    state: stateOf(pod),
    reason,
    message,
    ...(owner === undefined ? {} : { owner }),
    ...(revision === undefined ? {} : { revision }),
    ...(version === undefined ? {} : { version }),
  }
}

function stateOf({ state, reason }: PodCoverage): PodState {
  if (state !== 'not-injected') return state
  return missedReasons.has(reason) ? 'missing' : 'left-out'
}
