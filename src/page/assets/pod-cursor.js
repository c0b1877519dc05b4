/** @import { Card } from './namespace-card.js' */
/** @import { PicturePod } from '../picture.ts' */
import { h } from './dom.js'
import { fine, states } from './filter.js'
import { centreOf, indexBeyond } from './hexagons.js'
import { meantOf } from './namespace-card.js'
import { sidecarText } from './words.js'

/**
 * @typedef {object} Cursor
 * @property {() => Card | undefined} card
 * @property {() => number | undefined} index Of its pod.
 * @property {(target: EventTarget | null) => boolean} is Is that its element?
 * @property {(card: Card, index?: number) => void} put Onto a pod of a card; default: where it is there, else the first.
 * @property {() => void} refresh After its card has changed.
 * @property {() => void} focus
 * @property {(key: string) => number | undefined} target Which pod of the card a key leads to; undefined for none of it.
 */

/**
 * The one hexagon that the keyboard is on. It alone is an element: 5,000 of them would make the picture slow, and as many
 * stops for Tab. For who listens it is an option of the list of its namespace's pods, with its number in it.
 *
 * @returns {Cursor}
 */
export function createCursor() {
  const list = h('div', { class: 'pods-list', role: 'listbox' })
  /** @type {HTMLElement | undefined} */
  let option
  /** @type {Card | undefined} */
  let card
  /** @type {number | undefined} */
  let index
  let name = ''
  /** Somebody has been there: it follows its pod, wherever that goes. */
  let isUsed = false

  /** @param {number} next */
  function move(next) {
    const pod = card?.selected.namespace.pods[next]
    if (card === undefined || pod === undefined) return
    const isOther = name !== pod.name || option?.parentElement !== list
    index = next
    name = pod.name
    // A new element for another pod: screen readers tell of what the focus comes to, not of what changes under it.
    const old = option
    if (isOther || option === undefined)
      option = h('div', { class: 'pod-cursor', role: 'option', tabindex: 0 })
    describe(option, pod, card, next)
    if (old === option) return
    const hadFocus = old !== undefined && old === document.activeElement
    list.append(option)
    if (hadFocus) option.focus()
    old?.remove()
  }

  /** @param {Card} next @param {number} [at] */
  function put(next, at) {
    const meant = meantOf(next)
    if (next !== card) {
      isUsed = false
      card = next
      name = ''
      option?.remove()
      option = undefined
      list.setAttribute('aria-label', `Pods of ${next.selected.namespace.name}`)
    }
    const [first] = meant
    if (first === undefined) {
      list.remove()
      index = undefined
      return
    }
    if (list.parentElement !== next.place) next.place.append(list)
    move(at ?? (isUsed ? again(next, meant) : first))
  }

  /**
   * Where its pod is now, or what comes in its place.
   *
   * @param {Card} card
   * @param {readonly number[]} meant
   */
  function again({ selected }, meant) {
    const { pods } = selected.namespace
    const same = meant.find((at) => pods[at]?.name === name)
    return same ?? meant.find((at) => at >= (index ?? 0)) ?? meant.at(-1) ?? 0
  }

  list.addEventListener('focusin', () => (isUsed = true))

  return {
    card: () => card,
    index: () => index,
    is: (target) => target !== null && target === option,
    put,
    refresh() {
      if (card !== undefined) put(card)
    },
    focus() {
      option?.focus()
    },
    target(key) {
      if (card === undefined || index === undefined) return undefined
      const meant = meantOf(card)
      if (key === 'ArrowRight') return meant[meant.indexOf(index) + 1]
      if (key === 'ArrowLeft') return meant[meant.indexOf(index) - 1]
      if (key === 'ArrowDown') return indexBeyond(card.field, meant, index, 1)
      if (key === 'ArrowUp') return indexBeyond(card.field, meant, index, -1)
      if (key === 'Home') return meant[0]
      return key === 'End' ? meant.at(-1) : undefined
    },
  }
}

/**
 * @param {HTMLElement} option
 * @param {PicturePod} pod
 * @param {Card} card
 * @param {number} index
 */
function describe(option, pod, card, index) {
  const { namespace } = card.selected
  const meant = meantOf(card)
  const [x, y] = centreOf(card.field, index)
  option.style.left = `${x}px`
  option.style.top = `${y}px`
  option.setAttribute('aria-label', spokenPod(pod, namespace.name))
  option.setAttribute('aria-description', [pod.message, sidecarText(pod)].filter(Boolean).join('; '))
  option.setAttribute('aria-posinset', String(meant.indexOf(index) + 1))
  option.setAttribute('aria-setsize', String(meant.length))
}

/**
 * `web-1, namespace shop, missing: webhook-ignored`
 *
 * @param {PicturePod} pod
 * @param {string} namespace
 */
function spokenPod({ name, state, reason }, namespace) {
  const word = states[state].word.toLowerCase()
  return `${name}, namespace ${namespace}, ${word}${reason === fine ? '' : `: ${reason}`}`
}
