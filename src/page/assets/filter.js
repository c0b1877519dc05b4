/** @import { Picture, PictureNamespace, PicturePod, PodState } from '../picture.ts' */

/** The states: how they are called and drawn, and what they mean. */
export const states = /** @type {const} */ ({
  injected: { word: 'Injected', form: 'full', meaning: 'It has the sidecar that it would get now.' },
  outdated: {
    word: 'Outdated',
    form: 'ring',
    meaning: 'Its sidecar is of other settings than those of today.',
  },
  missing: { word: 'Missing', form: 'dot', meaning: 'It should have a sidecar and has none.' },
  'left-out': { word: 'Left out', form: 'edge', meaning: 'Labels, annotations or settings say: none.' },
})

/** In the order of the legend. */
export const stateNames = /** @type {const} */ (['injected', 'outdated', 'missing', 'left-out'])

/**
 * What is to be seen of a cluster.
 *
 * @typedef {object} Filter
 * @property {string} text Part of a name of a namespace, a pod or an owner, or of a reason.
 * @property {PodState | ''} state
 * @property {string} reason A code.
 * @property {'attention' | 'name' | 'size'} order
 */

/**
 * A namespace, and which of its pods are meant.
 *
 * @typedef {object} Selected
 * @property {PictureNamespace} namespace
 * @property {ReadonlySet<number> | undefined} meant Their places; undefined for all.
 * @property {Counts} counts Of those that are meant.
 */

/** @typedef {Record<PodState, number>} Counts */

/**
 * @param {Iterable<PicturePod>} pods
 * @returns {Counts}
 */
export function countsOf(pods) {
  const counts = { injected: 0, outdated: 0, missing: 0, 'left-out': 0 }
  for (const { state } of pods) counts[state]++
  return counts
}

/** @param {Counts} counts */
export function totalOf(counts) {
  return stateNames.reduce((sum, state) => sum + counts[state], 0)
}

/** The reason of pods that are as they should be. */
export const fine = 'current'

/**
 * The reasons that there are for others, the most frequent first.
 *
 * @param {Picture} picture
 * @returns {[reason: string, count: number][]}
 */
export function reasonsOf({ namespaces }) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { pods } of namespaces) {
    for (const { reason } of pods) if (reason !== fine) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

/**
 * The namespaces that have something to be seen, in order.
 *
 * @param {Picture} picture
 * @param {Filter} filter
 * @returns {Selected[]}
 */
export function select({ namespaces }, filter) {
  const isOpen = filter.text === '' && filter.state === '' && filter.reason === ''
  const selected = namespaces.flatMap((namespace) => {
    if (isOpen) return [{ namespace, meant: undefined, counts: countsOf(namespace.pods) }]
    const meant = meantOf(namespace, filter)
    if (meant.size === 0) return []
    const counts = countsOf(namespace.pods.filter((_pod, index) => meant.has(index)))
    return [{ namespace, meant: meant.size === namespace.pods.length ? undefined : meant, counts }]
  })
  return selected.sort(orders[filter.order])
}

/**
 * The same in the order in which they were shown before, those that were not after them: nothing is to run away from
 * under a pointer.
 *
 * @param {readonly Selected[]} selected
 * @param {readonly Selected[]} before
 * @returns {Selected[]}
 */
export function inOrderOf(selected, before) {
  const places = new Map(before.map(({ namespace }, place) => [namespace.name, place]))
  const placeOf = (/** @type {Selected} */ one) => places.get(one.namespace.name) ?? before.length
  return selected.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/**
 * @param {PictureNamespace} namespace
 * @param {Filter} filter
 */
function meantOf({ name, pods }, { text, state, reason }) {
  const wanted = text.toLowerCase()
  const isNamed = name.toLowerCase().includes(wanted)
  /** @type {Set<number>} */
  const meant = new Set()
  pods.forEach((pod, index) => {
    if (state !== '' && pod.state !== state) return
    if (reason !== '' && pod.reason !== reason) return
    if (isNamed || holds(pod, wanted)) meant.add(index)
  })
  return meant
}

/**
 * @param {PicturePod} pod
 * @param {string} wanted
 */
function holds({ name, reason, owner = '', revision = '', version = '' }, wanted) {
  return [name, owner, reason, revision, version].some((text) => text.toLowerCase().includes(wanted))
}

/** @type {Record<Filter['order'], (a: Selected, b: Selected) => number>} */
const orders = {
  attention: (a, b) =>
    attentionOf(b) - attentionOf(a) || totalOf(b.counts) - totalOf(a.counts) || byName(a, b),
  name: byName,
  size: (a, b) => b.namespace.pods.length - a.namespace.pods.length || byName(a, b),
}

/**
 * A pod without its sidecar weighs more than any number of old ones that a namespace has.
 *
 * @param {Selected} selected
 */
function attentionOf({ counts }) {
  return 1000 * counts.missing + counts.outdated
}

/**
 * @param {Selected} a
 * @param {Selected} b
 */
function byName(a, b) {
  return a.namespace.name < b.namespace.name ? -1 : 1
}
