/** @import { Card } from './namespace-card.js' */
/** @import { Selected } from './filter.js' */
import { columnsOf } from './columns.js'
import { h } from './dom.js'
import { heightOf, markPod, namespaceCard, podLines, podUnder, spokenCounts } from './namespace-card.js'

const gap = 14
const narrowest = 232

/**
 * The picture: a card for every namespace. One of them can be reached by Tab, the others from it by arrow keys.
 *
 * @param {{ onOpen: (selected: Selected, button: HTMLButtonElement, pod?: string) => void }} told
 */
export function createPicture({ onOpen }) {
  const element = h('div', {
    class: 'columns',
    role: 'group',
    'aria-label': 'Namespaces; arrow keys go from one to the next',
  })
  const tip = h('div', { class: 'tip', role: 'tooltip', hidden: true })
  document.body.append(tip)
  /** @type {readonly Selected[]} */
  let shown = []
  /** @type {Card[]} */
  let cards = []
  let drawnWidth = 0

  /** @param {number} width */
  function draw(width) {
    drawnWidth = width
    const count = Math.max(1, Math.floor((width + gap) / (narrowest + gap)))
    const cardWidth = Math.floor((width - (count - 1) * gap) / count)
    const places = columnsOf(
      shown.map((selected) => heightOf(selected, cardWidth)),
      count,
      gap,
    )
    const focused = cards.find(({ button }) => button === document.activeElement)?.selected.namespace.name
    cards = []
    const lists = places.map((column) =>
      h(
        'ul',
        { class: 'column' },
        ...column.map((index) => {
          const selected = shown[index]
          if (selected === undefined) return undefined
          const card = namespaceCard(selected, cardWidth)
          card.button.setAttribute('aria-description', spokenCounts(selected))
          cards.push(card)
          return card.element
        }),
      ),
    )
    hideTip()
    element.replaceChildren(...lists)
    const [first] = cards
    const again = cards.find(({ selected }) => selected.namespace.name === focused)
    ;(again ?? first)?.button.setAttribute('tabindex', '0')
    again?.button.focus()
  }

  /** @param {Event} event */
  function cardOf(event) {
    const target = event.target instanceof Element ? event.target.closest('.namespace') : null
    return target === null ? undefined : cards.find((card) => card.element === target)
  }

  /** @type {Card | undefined} */
  let marked

  /** @param {MouseEvent} event */
  function onMove(event) {
    const card = cardOf(event)
    const index = card && podUnder(card, event)
    const pod = index === undefined ? undefined : card?.selected.namespace.pods[index]
    if (card === undefined || pod === undefined) {
      hideTip()
      return
    }
    if (marked !== undefined && marked !== card) markPod(marked, undefined)
    marked = card
    markPod(card, index)
    tip.replaceChildren(...podLines(pod))
    tip.hidden = false
    place(event.clientX, event.clientY)
  }

  /**
   * Beside the pointer, and never over the edge.
   *
   * @param {number} x
   * @param {number} y
   */
  function place(x, y) {
    const { width, height } = tip.getBoundingClientRect()
    const left = x + 16 + width > window.innerWidth ? x - width - 12 : x + 16
    const top = y + 16 + height > window.innerHeight ? y - height - 12 : y + 16
    tip.style.translate = `${Math.max(4, left)}px ${Math.max(4, top)}px`
  }

  function hideTip() {
    tip.hidden = true
    if (marked !== undefined) markPod(marked, undefined)
    marked = undefined
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const card = cardOf(event)
    if (card === undefined) return
    const index = podUnder(card, event)
    const pod = index === undefined ? undefined : card.selected.namespace.pods[index]?.name
    choose(card)
    hideTip()
    onOpen(card.selected, card.button, pod)
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key === 'Escape') hideTip()
    const card = cardOf(event)
    const at = card === undefined ? -1 : cards.indexOf(card)
    if (at === -1) return
    const next = cards[targetOf(event.key, at)]
    if (next === undefined) return
    event.preventDefault()
    choose(next)
    next.button.focus()
  }

  /**
   * @param {string} key
   * @param {number} at
   */
  function targetOf(key, at) {
    if (key === 'ArrowDown') return at + 1
    if (key === 'ArrowUp') return at - 1
    if (key === 'ArrowRight') return beside(at, 1)
    if (key === 'ArrowLeft') return beside(at, -1)
    if (key === 'Home') return 0
    return key === 'End' ? cards.length - 1 : -1
  }

  /**
   * The card at the same height in the next column, or -1.
   *
   * @param {number} at
   * @param {1 | -1} side
   */
  function beside(at, side) {
    const element = cards[at]?.element
    const column =
      side === 1 ? element?.parentElement?.nextElementSibling : element?.parentElement?.previousElementSibling
    if (!element || !column) return -1
    const { top } = element.getBoundingClientRect()
    const distances = [...column.children].map((child) => Math.abs(child.getBoundingClientRect().top - top))
    const nearest = column.children[distances.indexOf(Math.min(...distances))]
    return cards.findIndex((card) => card.element === nearest)
  }

  /** @param {Card} card */
  function choose(card) {
    for (const { button } of cards) button.setAttribute('tabindex', '-1')
    card.button.setAttribute('tabindex', '0')
  }

  element.addEventListener('pointermove', onMove)
  element.addEventListener('pointerleave', hideTip)
  element.addEventListener('click', onClick)
  element.addEventListener('keydown', onKey)
  window.addEventListener('scroll', hideTip, { passive: true })
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0)
    if (width > 0 && width !== drawnWidth) draw(width)
  }).observe(element)

  return {
    element,
    /** @param {readonly Selected[]} selected */
    show(selected) {
      shown = selected
      const width = Math.floor(element.getBoundingClientRect().width)
      if (width > 0) draw(width)
      else drawnWidth = 0
    },
  }
}
