/** @import { Selected } from './filter.js' */
/** @import { Field } from './hexagons.js' */
import { h, svg } from './dom.js'
import { countsOf, stateNames, states } from './filter.js'
import { centreOf, fieldOf, indexAt, pathOf } from './hexagons.js'
import { countsLine, spokenCounts } from './words.js'

/**
 * A namespace as it is drawn.
 *
 * @typedef {object} Card
 * @property {HTMLLIElement} element
 * @property {HTMLButtonElement} button Opens it.
 * @property {HTMLDivElement} place Of the hexagons.
 * @property {SVGSVGElement} picture
 * @property {Field} field
 * @property {Selected} selected
 * @property {(selected: Selected, width: number) => void} update Draws again what has changed.
 */

/** What a card takes besides its hexagons, as cluster.css has it. */
const cardPadding = 14
const headHeight = 64
const labelsHeight = 22

/** More hexagons than this are not drawn of one namespace; the rest is told as a number. */
const mostDrawn = 2000

/**
 * How high a card will be.
 *
 * @param {Selected} selected
 * @param {number} width
 */
export function heightOf({ namespace: { pods, labels } }, width) {
  const { height } = fieldOf(Math.min(pods.length, mostDrawn), width - 2 * cardPadding)
  return 2 * cardPadding + headHeight + (labels.length === 0 ? 0 : labelsHeight) + height
}

/**
 * A card that lasts: what changes of its namespace changes in it, so that who is there stays there.
 *
 * @param {string} name
 * @returns {Card}
 */
export function namespaceCard(name) {
  const picture = svg('svg', { class: 'field', 'aria-hidden': 'true' })
  const place = h('div', { class: 'pods-place' }, picture)
  const button = h('button', { type: 'button', class: 'namespace-name', tabindex: -1 }, name)
  const sum = h('p', { class: 'counts' })
  const label = h('p', { class: 'label mono' })
  const element = h('li', { class: 'card namespace' }, h('h2', {}, button), sum, label, place)
  let drawn = ''

  /** @type {Card} */
  const card = {
    element,
    button,
    place,
    picture,
    field: fieldOf(0, 0),
    selected: { namespace: { name, labels: [], pods: [] }, meant: undefined, counts: countsOf([]) },
    update(selected, width) {
      card.selected = selected
      const look = lookOf(selected, width)
      if (look === drawn) return
      drawn = look
      const { namespace, counts } = selected
      const [first = ''] = namespace.labels
      card.field = fieldOf(Math.min(namespace.pods.length, mostDrawn), width - 2 * cardPadding)
      sum.replaceChildren(...countsLine(counts, true), ...more(namespace.pods.length))
      label.hidden = first === ''
      label.textContent = first
      label.title = namespace.labels.join('\n')
      button.title = name
      button.setAttribute('aria-description', spokenCounts(selected))
      draw(picture, card.field, selected)
    },
  }
  return card
}

/**
 * All that a card shows of a namespace, as a text to be compared.
 *
 * @param {Selected} selected
 * @param {number} width
 */
function lookOf({ namespace: { labels, pods }, meant }, width) {
  const signs = pods.map(({ state }, index) => (meant?.has(index) === false ? '-' : '') + state.charAt(0))
  return [width, ...labels, signs.join('')].join('\n')
}

/**
 * The places of the pods that are drawn and meant, in order.
 *
 * @param {Card} card
 */
export function meantOf({ field, selected: { meant } }) {
  const all = Array.from({ length: field.count }, (_, index) => index)
  return meant === undefined ? all : all.filter((index) => meant.has(index))
}

/** @param {number} count */
function more(count) {
  return count > mostDrawn ? [` (${(count - mostDrawn).toLocaleString('en')} not drawn)`] : []
}

/**
 * Draws the pods: one path a state, and those that are not meant faint.
 *
 * @param {SVGSVGElement} picture
 * @param {Field} field
 * @param {Selected} selected
 */
function draw(picture, field, { namespace: { pods }, meant }) {
  const { width, height } = field
  picture.setAttribute('width', String(width))
  picture.setAttribute('height', String(height))
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`)
  picture.replaceChildren()
  for (const state of stateNames) {
    const { form } = states[state]
    /** @type {[meant: number[], others: number[]]} */
    const [shown, faint] = [[], []]
    for (let index = 0; index < field.count; index++) {
      if (pods[index]?.state !== state) continue
      if (meant === undefined || meant.has(index)) shown.push(index)
      else faint.push(index)
    }
    if (faint.length > 0)
      picture.append(svg('path', { class: `pods pods-${state} faint`, d: pathOf(field, faint, form) }))
    if (shown.length > 0)
      picture.append(svg('path', { class: `pods pods-${state}`, d: pathOf(field, shown, form) }))
  }
}

/**
 * The place of the pod under the pointer; undefined for none.
 *
 * @param {Card} card
 * @param {MouseEvent} event
 */
export function podUnder({ picture, field }, event) {
  const box = picture.getBoundingClientRect()
  return indexAt(field, event.clientX - box.left, event.clientY - box.top)
}

/**
 * Puts a mark around a pod, or none.
 *
 * @param {Card} card
 * @param {number | undefined} index
 */
export function markPod({ picture, field }, index) {
  picture.querySelector('.marked')?.remove()
  if (index === undefined) return
  const [cx, cy] = centreOf(field, index)
  picture.append(svg('circle', { class: 'marked', cx, cy, r: 8.5 }))
}
