/** @import { Selected } from './filter.js' */
/** @import { PicturePod } from '../picture.ts' */
import { h } from './dom.js'
import { states } from './filter.js'
import { countsLine, injectionLabel, sign } from './namespace-card.js'

/** More rows are added as they are asked for. */
const rowsAtOnce = 300

/** What needs a look comes first. */
const order = { missing: 0, outdated: 1, injected: 2 }

/**
 * What there is to know of one namespace, at the side: its pods as a table.
 *
 * @param {{ onReview: (namespace: string) => void }} told
 */
export function createDrawer({ onReview }) {
  const dialog = h('dialog', { class: 'drawer', 'aria-labelledby': 'drawer-title' })
  document.body.append(dialog)
  // A press beside it closes it; what is inside is never the dialog itself, but for its edge.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog && event.clientX < dialog.getBoundingClientRect().left) dialog.close()
  })

  /**
   * @param {Selected} selected
   * @param {string} [pod] The name of one to be shown.
   */
  function open({ namespace, counts, meant }, pod) {
    const { name, labels } = namespace
    const pods = namespace.pods.filter((_pod, index) => meant === undefined || meant.has(index))
    const close = h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close' }, 'Close')
    close.addEventListener('click', () => dialog.close())
    const review = h('button', { type: 'button', class: 'quiet' }, 'Review a pod of this namespace')
    review.addEventListener('click', () => {
      dialog.close()
      onReview(name)
    })
    const label = injectionLabel(labels)
    dialog.replaceChildren(
      h(
        'header',
        {},
        h('h2', { id: 'drawer-title', tabindex: -1, autofocus: true }, name),
        close,
        h('p', { class: 'counts' }, ...countsLine(counts)),
        h(
          'p',
          { class: 'facts' },
          ...(label === undefined ? [h('span', { class: 'chip' }, 'no label asks for injection')] : []),
          ...Object.entries(labels).map(([key, value]) =>
            h('span', { class: 'chip mono' }, `${key}=${value}`),
          ),
        ),
        meant !== undefined &&
          h('p', { class: 'hint' }, `${namespace.pods.length - pods.length} other pods are filtered out.`),
        h('p', { class: 'drawer-tools' }, review),
      ),
      podsTable(pods, pod),
    )
    dialog.showModal()
    const row = dialog.querySelector('tr.chosen')
    row?.scrollIntoView({ block: 'center' })
  }

  return { open }
}

/**
 * @param {readonly PicturePod[]} pods
 * @param {string | undefined} chosen
 */
function podsTable(pods, chosen) {
  const sorted = pods.toSorted((a, b) => order[a.state] - order[b.state] || (a.name < b.name ? -1 : 1))
  // The one that was asked for is among the first rows.
  const at = sorted.findIndex(({ name }) => name === chosen)
  const first = Math.max(rowsAtOnce, at + 1)
  const body = h('tbody', {}, ...sorted.slice(0, first).map((pod) => podRow(pod, pod.name === chosen)))
  const table = h(
    'table',
    { class: 'pods-table' },
    h('caption', { class: 'visually-hidden' }, 'Pods, those without a current sidecar first'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'State'),
        h('th', { scope: 'col' }, 'Pod'),
        h('th', { scope: 'col' }, 'Why'),
      ),
    ),
    body,
  )
  if (sorted.length <= first)
    return h('div', { class: 'drawer-body', tabindex: 0, role: 'region', 'aria-label': 'Pods' }, table)
  const rest = h('button', { type: 'button', class: 'quiet' }, `Show the other ${sorted.length - first}`)
  rest.addEventListener('click', () => {
    body.append(...sorted.slice(first).map((pod) => podRow(pod, false)))
    rest.remove()
  })
  return h('div', { class: 'drawer-body', tabindex: 0, role: 'region', 'aria-label': 'Pods' }, table, rest)
}

/**
 * @param {PicturePod} pod
 * @param {boolean} isChosen
 */
function podRow({ name, state, reason, message, owner, revision }, isChosen) {
  return h(
    'tr',
    isChosen ? { class: 'chosen' } : {},
    h('td', { class: `state tone-${state}` }, sign(state), states[state].word),
    h(
      'th',
      { scope: 'row' },
      h('span', { class: 'mono' }, name),
      owner !== undefined && h('span', { class: 'hint' }, owner),
    ),
    h(
      'td',
      {},
      reason !== undefined && h('code', {}, reason),
      message !== undefined && h('span', { class: 'hint' }, message),
      revision !== undefined && h('span', { class: 'hint' }, `revision ${revision}`),
    ),
  )
}
