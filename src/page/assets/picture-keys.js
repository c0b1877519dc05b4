/** @import { Card } from './namespace-card.js' */
/** @import { Cursor } from './pod-cursor.js' */
import { h } from './dom.js'
import { meantOf } from './namespace-card.js'

/**
 * @typedef {object} KeysOptions
 * @property {() => readonly Card[]} cards In the order in which they are read.
 * @property {Cursor} cursor
 * @property {(card: Card, pod?: number) => void} choose Makes a card, and one of its pods, what Tab comes to.
 * @property {(card: Card, pod: number) => void} onOpen
 * @property {() => boolean} hideTip Was there one?
 */

/**
 * What keys do in the picture: a listener.
 *
 * @param {KeysOptions} options
 */
export function createKeys({ cards, cursor, choose, onOpen, hideTip }) {
  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.altKey || event.metaKey || event.shiftKey) return
    const isDone = cursor.is(event.target) ? onPodKey(event) : onCardKey(event)
    if (isDone) event.preventDefault()
  }

  /** @param {KeyboardEvent} event */
  function onCardKey({ key, target }) {
    if (key === 'Escape') return hideTip()
    const next =
      cards()[
        cardBeyond(
          cards(),
          cards().findIndex(({ button }) => button === target),
          key,
        )
      ]
    if (next === undefined) return false
    choose(next)
    next.button.focus()
    return true
  }

  /** @param {KeyboardEvent} event */
  function onPodKey({ key, ctrlKey }) {
    const [card, index] = [cursor.card(), cursor.index()]
    if (card === undefined || index === undefined) return false
    if (key === 'Enter' || key === ' ') onOpen(card, index)
    else if (key !== 'Escape') return goOn(card, key, ctrlKey)
    else if (!hideTip()) card.button.focus()
    return true
  }

  /**
   * From one hexagon to the next, which may be of the next namespace that has any.
   *
   * @param {Card} card
   * @param {string} key
   * @param {boolean} isFar
   */
  function goOn(card, key, isFar) {
    const inside = isFar ? undefined : cursor.target(key)
    if (inside !== undefined) {
      choose(card, inside)
      return true
    }
    const way = (isFar ? farKeys : beyondKeys).get(key)
    if (way === undefined) return false
    const filled = cards().filter((one) => meantOf(one).length > 0)
    const next = isFar ? filled.at(way.step) : filled[filled.indexOf(card) + way.step]
    if (next === undefined) return true
    choose(next, meantOf(next).at(way.end))
    cursor.focus()
    return true
  }

  return onKey
}

/**
 * The place of the card that a key leads to; -1 for none.
 *
 * @param {readonly Card[]} cards
 * @param {number} at
 * @param {string} key
 */
function cardBeyond(cards, at, key) {
  if (at === -1) return -1
  if (key === 'ArrowDown') return at + 1
  if (key === 'ArrowUp') return at - 1
  if (key === 'ArrowRight') return beside(cards, at, 1)
  if (key === 'ArrowLeft') return beside(cards, at, -1)
  if (key === 'Home') return 0
  return key === 'End' ? cards.length - 1 : -1
}

/**
 * The card at the same height in the next column, or -1.
 *
 * @param {readonly Card[]} cards
 * @param {number} at
 * @param {1 | -1} side
 */
function beside(cards, at, side) {
  const element = cards[at]?.element
  const column =
    side === 1 ? element?.parentElement?.nextElementSibling : element?.parentElement?.previousElementSibling
  if (!element || !column) return -1
  const { top } = element.getBoundingClientRect()
  const distances = [...column.children].map((child) => Math.abs(child.getBoundingClientRect().top - top))
  const nearest = column.children[distances.indexOf(Math.min(...distances))]
  return cards.findIndex((card) => card.element === nearest)
}

/** @typedef {{ step: number, end: number }} Way Which of the namespaces, and at which end of its pods. */

/** Keys that lead out of a namespace, at its end or at once. @type {ReadonlyMap<string, Way>} */
const beyondKeys = new Map([
  ['ArrowRight', { step: 1, end: 0 }],
  ['ArrowDown', { step: 1, end: 0 }],
  ['ArrowLeft', { step: -1, end: -1 }],
  ['ArrowUp', { step: -1, end: -1 }],
  ['PageDown', { step: 1, end: 0 }],
  ['PageUp', { step: -1, end: 0 }],
])

/** With Ctrl. @type {ReadonlyMap<string, Way>} */
const farKeys = new Map([
  ['Home', { step: 0, end: 0 }],
  ['End', { step: -1, end: -1 }],
])

/** The keys in words, for who is in the picture. */
export function keysHint() {
  return h(
    'p',
    { class: 'keys', id: 'picture-keys' },
    h(
      'span',
      { class: 'keys-of-namespaces' },
      key('Arrows'),
      ' namespaces, ',
      key('Tab'),
      ' the pods of one, ',
      key('Enter'),
      ' its details. ',
    ),
    h(
      'span',
      { class: 'keys-of-pods' },
      h('span', { class: 'visually-hidden' }, 'Among pods: '),
      key('Arrows'),
      ' pods, ',
      key('Page up'),
      ' ',
      key('Page down'),
      ' namespaces, ',
      key('Enter'),
      ' details, ',
      key('Escape'),
      ' back.',
    ),
  )
}

/** @param {string} name */
function key(name) {
  return h('kbd', {}, name)
}
