/** @import { Selected } from './filter.js' */
import { h } from './dom.js'
import { fine, stateNames, states } from './filter.js'
import { sign } from './namespace-card.js'

/**
 * The namespaces as a table: the same as the picture, for who would rather read.
 *
 * @param {readonly Selected[]} selected
 * @param {(selected: Selected, button: HTMLButtonElement) => void} onOpen
 */
export function clusterTable(selected, onOpen) {
  return h(
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
      h('tbody', {}, ...selected.map((one) => row(one, onOpen))),
    ),
  )
}

/**
 * @param {Selected} selected
 * @param {(selected: Selected, button: HTMLButtonElement) => void} onOpen
 */
function row(selected, onOpen) {
  const { namespace, counts } = selected
  const button = h('button', { type: 'button', class: 'namespace-name' }, namespace.name)
  button.addEventListener('click', () => onOpen(selected, button))
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, button, h('span', { class: 'hint mono' }, namespace.labels.join(', '))),
    ...stateNames.map((state) =>
      h('td', { class: counts[state] === 0 ? 'figure zero' : 'figure' }, String(counts[state])),
    ),
    h('td', {}, topReason(selected) ?? '–'),
  )
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
