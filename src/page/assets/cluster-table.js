/** @import { Selected } from './filter.js' */
import { arrange } from './arrange.js'
import { h, setText } from './dom.js'
import { fine, stateNames, states } from './filter.js'
import { sign } from './words.js'

/**
 * The namespaces as a table: the same as the picture, for who would rather read.
 *
 * @param {{ onOpen: (selected: Selected) => void }} told
 */
export function createClusterTable({ onOpen }) {
  const body = h('tbody')
  const element = h(
    'div',
    { class: 'card table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Namespaces' },
    h(
      'table',
      { class: 'namespaces-table' },
      h('caption', { class: 'visually-hidden' }, 'Namespaces, and how many of their pods have a sidecar'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Namespace'),
          ...stateNames.map((state) =>
            h(
              'th',
              { scope: 'col', class: 'figure' },
              h('span', { class: `tone-${state}` }, sign(state), states[state].word),
            ),
          ),
          h('th', { scope: 'col' }, 'Most frequent reason'),
        ),
      ),
      body,
    ),
  )
  /** @type {Map<string, Row>} */
  let rows = new Map()
  /** The row that was opened last. */
  let opened = ''

  return {
    element,
    /** @param {readonly Selected[]} selected */
    show(selected) {
      const before = rows
      rows = new Map(
        selected.map((one) => {
          const { name } = one.namespace
          const row = before.get(name) ?? rowOf(one, open)
          row.update(one)
          return [name, row]
        }),
      )
      arrange(
        body,
        [...rows.values()].map((row) => row.element),
      )
    },
    /** Takes the focus to where it was last. */
    focus() {
      ;(rows.get(opened)?.button ?? element).focus()
    },
  }

  /** @param {Selected} selected */
  function open(selected) {
    opened = selected.namespace.name
    onOpen(selected)
  }
}

/**
 * @typedef {object} Row
 * @property {HTMLTableRowElement} element
 * @property {HTMLButtonElement} button
 * @property {(selected: Selected) => void} update
 */

/**
 * A row that lasts: the focus on its button stays when its figures change.
 *
 * @param {Selected} first
 * @param {(selected: Selected) => void} onOpen
 * @returns {Row}
 */
function rowOf(first, onOpen) {
  let selected = first
  const button = h('button', { type: 'button', class: 'namespace-name' }, first.namespace.name)
  button.addEventListener('click', () => {
    // Not every browser does.
    button.focus()
    onOpen(selected)
  })
  const labels = h('span', { class: 'hint mono' })
  const figures = stateNames.map(() => h('td'))
  const reason = h('td')
  return {
    element: h('tr', {}, h('th', { scope: 'row' }, button, labels), ...figures, reason),
    button,
    update(next) {
      selected = next
      setText(labels, next.namespace.labels.join(', '))
      stateNames.forEach((state, at) => {
        const [figure, count] = [figures[at], next.counts[state]]
        if (figure === undefined) return
        figure.className = count === 0 ? 'figure zero' : 'figure'
        setText(figure, count.toLocaleString('en'))
      })
      setText(reason, topReason(next) ?? '–')
    },
  }
}

/** @param {Selected} selected */
function topReason({ namespace: { pods }, meant }) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  pods.forEach(({ reason }, index) => {
    if (reason === fine || meant?.has(index) === false) return
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  })
  return [...counts].sort(([, m], [, n]) => n - m)[0]?.[0]
}
