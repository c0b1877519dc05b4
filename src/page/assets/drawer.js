/** @import { Selected } from './filter.js' */
/** @import { PicturePod } from '../picture.ts' */
import { h } from './dom.js'
import { fine, states } from './filter.js'
import { countsLine, sidecarText, sign } from './namespace-card.js'

/** More rows are added as they are asked for. */
const rowsAtOnce = 300

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
          ...(labels.length === 0 ? [h('span', { class: 'chip' }, 'no label asks for injection')] : []),
          ...labels.map((label) => h('span', { class: 'chip mono' }, label)),
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
  // The one that was asked for is among the first rows.
  const at = pods.findIndex(({ name }) => name === chosen)
  const first = Math.max(rowsAtOnce, at + 1)
  const body = h('tbody', {}, ...pods.slice(0, first).map((pod) => podRow(pod, pod.name === chosen)))
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
  if (pods.length <= first)
    return h('div', { class: 'drawer-body', tabindex: 0, role: 'region', 'aria-label': 'Pods' }, table)
  const rest = h('button', { type: 'button', class: 'quiet' }, `Show the other ${pods.length - first}`)
  rest.addEventListener('click', () => {
    body.append(...pods.slice(first).map((pod) => podRow(pod, false)))
    rest.remove()
  })
  return h('div', { class: 'drawer-body', tabindex: 0, role: 'region', 'aria-label': 'Pods' }, table, rest)
}

/**
 * @param {PicturePod} pod
 * @param {boolean} isChosen
 */
function podRow(pod, isChosen) {
  const { name, state, reason, message, owner } = pod
  const sidecar = sidecarText(pod)
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
      reason !== fine && h('code', {}, reason),
      h('span', { class: 'hint' }, message),
      sidecar !== '' && h('span', { class: 'hint' }, sidecar),
    ),
  )
}
