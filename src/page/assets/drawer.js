/** @import { Selected } from './filter.js' */
/** @import { PicturePod } from '../picture.ts' */
import { arrange } from './arrange.js'
import { counted, h, setText } from './dom.js'
import { fine, states } from './filter.js'
import { countsLine, sidecarText, sign } from './words.js'

/** More rows are added as they are asked for. */
const rowsAtOnce = 300

/**
 * What there is to know of one namespace, at the side: its pods as a table.
 *
 * @param {{ onReview: (namespace: string) => void, onClosed: () => void }} told
 */
export function createDrawer({ onReview, onClosed }) {
  const title = h('h2', { id: 'drawer-title', tabindex: -1, autofocus: true })
  const sum = h('p', { class: 'counts' })
  const facts = h('p', { class: 'facts' })
  const hint = h('p', { class: 'hint' })
  const close = h('button', { type: 'button', class: 'quiet' }, 'Close')
  const review = h('button', { type: 'button', class: 'quiet' }, 'Review a pod of this namespace')
  const table = createPodsTable()
  const dialog = h(
    'dialog',
    { class: 'drawer', 'aria-labelledby': 'drawer-title' },
    h('header', {}, title, close, sum, facts, hint, h('p', { class: 'drawer-tools' }, review)),
    table.element,
  )
  document.body.append(dialog)
  let name = ''

  close.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', onClosed)
  review.addEventListener('click', () => {
    dialog.close()
    onReview(name)
  })
  // A press beside it closes it; what is inside is never the dialog itself, but for its edge.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog && event.clientX < dialog.getBoundingClientRect().left) dialog.close()
  })

  /** @param {Selected} selected */
  function show({ namespace, counts, meant }) {
    const pods = namespace.pods.filter((_pod, index) => meant === undefined || meant.has(index))
    const others = namespace.pods.length - pods.length
    setText(title, namespace.name)
    sum.replaceChildren(...countsLine(counts))
    facts.replaceChildren(
      ...(namespace.labels.length === 0
        ? [h('span', { class: 'chip' }, 'no label asks for injection')]
        : namespace.labels.map((label) => h('span', { class: 'chip mono' }, label))),
    )
    hint.hidden = others === 0
    setText(
      hint,
      others === 0 ? '' : `${counted(others, 'other pod')} ${others === 1 ? 'is' : 'are'} filtered out.`,
    )
    table.show(pods)
  }

  return {
    /**
     * @param {Selected} selected
     * @param {string} [pod] The name of one to be shown.
     */
    open(selected, pod) {
      ;({ name } = selected.namespace)
      table.start(pod)
      show(selected)
      dialog.showModal()
      table.reveal()
    },
    /**
     * The cluster has changed: what is open shows how it is now.
     *
     * @param {readonly Selected[]} all
     */
    update(all) {
      if (!dialog.open) return
      const selected = all.find(({ namespace }) => namespace.name === name)
      if (selected !== undefined) show(selected)
      else {
        hint.hidden = false
        setText(hint, 'No pod of this namespace is there any more; this is how it was last.')
      }
    },
  }
}

function createPodsTable() {
  const body = h('tbody')
  const rest = h('button', { type: 'button', class: 'quiet' })
  const element = h(
    'div',
    { class: 'drawer-body', tabindex: 0, role: 'region', 'aria-label': 'Pods' },
    h(
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
    ),
    rest,
  )
  /** The rows that are there, by what they say. @type {Map<string, HTMLTableRowElement>} */
  let rows = new Map()
  /** @type {readonly PicturePod[]} */
  let all = []
  /** @type {string | undefined} */
  let chosen
  let most = rowsAtOnce

  rest.addEventListener('click', () => {
    most = Infinity
    // The button goes away, and must not take the focus with it.
    element.focus({ preventScroll: true })
    show(all)
  })

  /** @param {readonly PicturePod[]} pods */
  function show(pods) {
    all = pods
    const before = rows
    rows = new Map(
      pods.slice(0, most).map((pod) => {
        const key = JSON.stringify(pod)
        return [key, before.get(key) ?? podRow(pod, pod.name === chosen)]
      }),
    )
    arrange(body, [...rows.values()])
    const others = Math.max(0, pods.length - most)
    rest.hidden = others === 0
    setText(rest, `Show the other ${others.toLocaleString('en')}`)
  }

  return {
    element,
    /** Begins anew. @param {string | undefined} pod The name of one to be marked. */
    start(pod) {
      chosen = pod
      most = rowsAtOnce
      rows = new Map()
      element.scrollTop = 0
    },
    /** @param {readonly PicturePod[]} pods */
    show(pods) {
      // The one that was asked for is among the first rows.
      most = Math.max(most, pods.findIndex(({ name }) => name === chosen) + 1)
      show(pods)
    },
    reveal() {
      body.querySelector('.chosen')?.scrollIntoView({ block: 'center' })
    },
  }
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
