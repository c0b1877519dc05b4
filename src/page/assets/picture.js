/** @import { Card } from './namespace-card.js' */
/** @import { Selected } from './filter.js' */
import { arrange } from './arrange.js'
import { columnsAgain, columnsOf } from './columns.js'
import { h } from './dom.js'
import { heightOf, markPod, namespaceCard, podUnder } from './namespace-card.js'
import { createKeys, keysHint } from './picture-keys.js'
import { createCursor } from './pod-cursor.js'
import { createTip } from './tip.js'
import { podLines } from './words.js'

const gap = 14
const narrowest = 232

/**
 * The picture: a card for every namespace, a hexagon for every pod. It has two stops for Tab, a card and one of its
 * hexagons; arrow keys go on from either.
 *
 * @param {{ onOpen: (selected: Selected, pod?: string) => void }} told
 */
export function createPicture({ onOpen }) {
  const columns = h('div', {
    class: 'columns',
    role: 'group',
    'aria-label': 'Namespaces',
    'aria-describedby': 'picture-keys',
  })
  const element = h('div', { class: 'drawing' }, columns, keysHint())
  const tip = createTip()
  const cursor = createCursor()
  /** @type {readonly Selected[]} */
  let shown = []
  /** @type {Map<string, Card>} */
  let byName = new Map()
  /** @type {Card[]} In the order in which they are read. */
  let cards = []
  /** @type {string[][]} Names by column. */
  let places = []
  let drawnWidth = 0
  /** Somebody has been there by keyboard; else Tab comes to what stands first. */
  let isVisited = false

  /**
   * @param {number} width
   * @param {boolean} isSteady Cards stay in their columns.
   */
  function draw(width, isSteady) {
    const wasTold = tip.isShown && cursor.is(document.activeElement)
    const anchor = isSteady ? anchorOf() : undefined
    const top = anchor?.getBoundingClientRect().top ?? 0
    drawnWidth = width
    // Few namespaces have the room of many.
    const count = Math.max(1, Math.min(shown.length, Math.floor((width + gap) / (narrowest + gap))))
    const cardWidth = Math.floor((width - (count - 1) * gap) / count)
    const heights = shown.map((selected) => heightOf(selected, cardWidth))
    const names = shown.map(({ namespace }) => namespace.name)
    const heightByName = new Map(names.map((name, at) => [name, heights[at] ?? 0]))
    places =
      isSteady && places.length === count
        ? columnsAgain(places, heightByName, gap)
        : columnsOf(heights, count, gap).map((column) => column.map((at) => names[at] ?? ''))
    const last = byName
    byName = new Map(shown.map((selected) => [selected.namespace.name, cardOf(selected)]))
    hideTip()
    stand()
    // The heights of cards above may have changed. What is gone has left its focus to another.
    const there = anchor?.isConnected === false ? anchorOf() : anchor
    if (there) window.scrollBy(0, there.getBoundingClientRect().top - top)
    if (wasTold) tellFocused()

    /** @param {Selected} selected */
    function cardOf(selected) {
      const { name } = selected.namespace
      const card = last.get(name) ?? namespaceCard(name)
      card.update(selected, cardWidth)
      return card
    }
  }

  /** What is to stay where it is in the window: where somebody is, else what stands first. */
  function anchorOf() {
    if (columns.contains(document.activeElement)) return document.activeElement
    return (
      columns.querySelector('.namespace:hover') ??
      cards.find(({ element }) => element.getBoundingClientRect().top >= 0)?.element
    )
  }

  /** Puts the cards where they belong, and the focus back if it was lost on the way. */
  function stand() {
    const focused = columns.contains(document.activeElement) ? document.activeElement : null
    const wasOnPod = cursor.is(focused)
    const chosen = isVisited ? cursor.card() : undefined
    const at = chosen === undefined || focused === null ? 0 : cards.indexOf(chosen)
    const lists = places.map((_, index) => columns.children[index] ?? h('ul', { class: 'column' }))
    arrange(columns, lists)
    const drawn = places.map((names) => names.flatMap((name) => byName.get(name) ?? []))
    drawn.forEach((column, index) => {
      const list = lists[index]
      if (list !== undefined)
        arrange(
          list,
          column.map(({ element }) => element),
        )
    })
    cards = drawn.flat()
    const next =
      chosen !== undefined && cards.includes(chosen) ? chosen : cards[Math.min(at, cards.length - 1)]
    if (next !== undefined) choose(next)
    if (focused === null || columns.contains(document.activeElement)) return
    if (wasOnPod && cursor.index() !== undefined) cursor.focus()
    else next?.button.focus({ preventScroll: true })
  }

  /**
   * The card that Tab comes to, with the hexagon after it.
   *
   * @param {Card} card
   * @param {number} [pod]
   */
  function choose(card, pod) {
    const before = cursor.card()
    if (before !== card) before?.button.setAttribute('tabindex', '-1')
    card.button.setAttribute('tabindex', '0')
    cursor.put(card, pod)
  }

  /** @param {Event} event */
  function cardUnder(event) {
    const target = event.target instanceof Element ? event.target.closest('.namespace') : null
    return target === null ? undefined : cards.find((card) => card.element === target)
  }

  /** @type {Card | undefined} */
  let marked

  /**
   * @param {Card} card
   * @param {number} index
   * @param {{ x: number, top: number, bottom: number }} place
   */
  function tell(card, index, place) {
    const pod = card.selected.namespace.pods[index]
    if (pod === undefined) return
    if (marked !== undefined && marked !== card) markPod(marked, undefined)
    marked = card
    markPod(card, index)
    tip.show(podLines(pod), place)
  }

  function hideTip() {
    tip.hide()
    if (marked !== undefined) markPod(marked, undefined)
    marked = undefined
  }

  /** @param {MouseEvent} event */
  function onMove(event) {
    const card = cardUnder(event)
    const index = card && podUnder(card, event)
    if (card === undefined || index === undefined) hideTip()
    else tell(card, index, { x: event.clientX, top: event.clientY, bottom: event.clientY })
  }

  /** What is said of the hexagon that the keyboard is on, as long as it is to be seen. */
  function tellFocused() {
    const [card, index] = [cursor.card(), cursor.index()]
    const focused = document.activeElement
    if (card === undefined || index === undefined || !cursor.is(focused) || focused === null) return
    const { right, top, bottom } = focused.getBoundingClientRect()
    if (bottom < 0 || top > window.innerHeight) hideTip()
    else tell(card, index, { x: right, top, bottom })
  }

  /** @param {FocusEvent} event */
  function onFocus({ target }) {
    isVisited = true
    // Screen readers go to any of them, whatever Tab comes to.
    const card = cards.find(({ button }) => button === target)
    if (card !== undefined) choose(card)
    if (target instanceof Element && target.matches(':focus-visible')) tellFocused()
  }

  function onScroll() {
    if (tip.isShown && cursor.is(document.activeElement)) tellFocused()
    else hideTip()
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const card = cardUnder(event)
    if (card === undefined) return
    // A screen reader's press has no place of its own.
    const index = cursor.is(event.target) ? cursor.index() : podUnder(card, event)
    openAt(card, index)
  }

  /**
   * Opens a card, and leaves the focus where it shall come back to.
   *
   * @param {Card} card
   * @param {number | undefined} index
   */
  function openAt(card, index) {
    choose(card, index)
    if (index === undefined) card.button.focus()
    else cursor.focus()
    hideTip()
    onOpen(card.selected, index === undefined ? undefined : card.selected.namespace.pods[index]?.name)
  }

  const onKey = createKeys({
    cards: () => cards,
    cursor,
    choose,
    onOpen: openAt,
    hideTip() {
      const { isShown } = tip
      hideTip()
      return isShown
    },
  })

  columns.addEventListener('pointermove', onMove)
  columns.addEventListener('pointerleave', hideTip)
  columns.addEventListener('click', onClick)
  columns.addEventListener('keydown', onKey)
  columns.addEventListener('focusin', onFocus)
  columns.addEventListener('focusout', hideTip)
  window.addEventListener('scroll', onScroll, { passive: true })
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0)
    if (width > 0 && width !== drawnWidth) draw(width, false)
  }).observe(columns)

  return {
    element,
    /**
     * @param {readonly Selected[]} selected
     * @param {boolean} isSteady Somebody is at it: no card is to leave its place.
     */
    show(selected, isSteady) {
      shown = selected
      const width = Math.floor(columns.getBoundingClientRect().width)
      if (width > 0) draw(width, isSteady)
      else drawnWidth = 0
    },
    /** Takes the focus to where it was last. */
    focus() {
      if (cursor.index() === undefined) cursor.card()?.button.focus()
      else cursor.focus()
    },
  }
}
