/** @import { Picture, PodState } from '../picture.ts' */
/** @import { Counts, Filter } from './filter.js' */
import { counted, h, setText } from './dom.js'
import { countsOf, reasonsOf, stateNames, states, totalOf } from './filter.js'
import { sign } from './words.js'

/**
 * @typedef {object} ControlsOptions
 * @property {Filter} filter Is written to.
 * @property {() => void} onChosen The filter is another.
 * @property {(isTable: boolean) => void} onForm
 */

/**
 * The row of what can be chosen.
 *
 * @param {ControlsOptions} options
 */
export function createControls({ filter, onChosen, onForm }) {
  const tiles = createTiles(filter, onChosen)
  const reason = createReason(filter, onChosen)
  const element = h(
    'div',
    { class: 'controls' },
    h('div', { class: 'tiles', role: 'group', 'aria-label': 'Pods by state' }, ...tiles.buttons),
    h(
      'div',
      { class: 'card filters' },
      labelled('Find', 'cluster-text', createText(filter, onChosen)),
      labelled('Reason', 'cluster-reason', reason.element),
      labelled('Order by', 'cluster-order', createOrder(filter, onChosen)),
      formChoice(onForm),
    ),
  )
  return {
    element,
    /** @param {Picture} next */
    update(next) {
      tiles.update(countsOf(next.namespaces.flatMap(({ pods }) => pods)), next.namespaces.length)
      reason.update(next)
    },
  }
}

/**
 * A tile a state, and one for all, which are pressed to see no others.
 *
 * @param {Filter} filter
 * @param {() => void} onChosen
 */
function createTiles(filter, onChosen) {
  const tiles = /** @type {const} */ (['', ...stateNames]).map((state) => ({ state, ...tile(state) }))

  function press() {
    for (const { state, button } of tiles) button.setAttribute('aria-pressed', String(filter.state === state))
  }
  for (const { state, button } of tiles) {
    button.addEventListener('click', () => {
      filter.state = filter.state === state ? '' : state
      press()
      onChosen()
    })
  }
  return {
    buttons: tiles.map(({ button }) => button),
    /**
     * @param {Counts} counts
     * @param {number} namespaces
     */
    update(counts, namespaces) {
      const total = totalOf(counts)
      for (const { state, figure, share } of tiles) {
        const count = state === '' ? total : counts[state]
        setText(figure, count.toLocaleString('en'))
        setText(share, state === '' ? `in ${counted(namespaces, 'namespace')}` : percent(count, total))
      }
      press()
    },
  }
}

/** @param {PodState | ''} state */
function tile(state) {
  const figure = h('span', { class: 'figure' }, '0')
  const share = h('span', { class: 'share' })
  const [word, meaning] =
    state === ''
      ? ['All pods', 'Those that run, or are about to.']
      : [states[state].word, states[state].meaning]
  const button = h(
    'button',
    { type: 'button', class: `card tile ${state === '' ? '' : `tone-${state}`}`, 'aria-pressed': 'false' },
    h('span', { class: 'tile-word' }, state !== '' && sign(state), word),
    ' ',
    figure,
    ' ',
    share,
    ' ',
    h('span', { class: 'meaning' }, meaning),
  )
  return { button, figure, share }
}

/**
 * @param {Filter} filter
 * @param {() => void} onChosen
 */
function createText(filter, onChosen) {
  const text = h('input', {
    type: 'search',
    class: 'control',
    id: 'cluster-text',
    placeholder: 'Namespace, pod, owner, reason',
    autocomplete: 'off',
  })
  text.addEventListener('input', () => {
    filter.text = text.value.trim()
    onChosen()
  })
  return text
}

/**
 * The reasons that are there, which change with the cluster.
 *
 * @param {Filter} filter
 * @param {() => void} onChosen
 */
function createReason(filter, onChosen) {
  let listed = ''
  const element = h('select', { class: 'control', id: 'cluster-reason' })
  element.addEventListener('change', () => {
    filter.reason = element.value
    onChosen()
  })
  return {
    element,
    /** @param {Picture} next */
    update(next) {
      const reasons = reasonsOf(next)
      if (!reasons.some(([code]) => code === filter.reason)) filter.reason = ''
      const now = JSON.stringify(reasons)
      // The list may be open.
      if (now === listed) return
      listed = now
      element.replaceChildren(
        h('option', { value: '' }, 'any'),
        ...reasons.map(([code, count]) =>
          h('option', { value: code }, `${code} (${count.toLocaleString('en')})`),
        ),
      )
      element.value = filter.reason
    },
  }
}

/**
 * @param {Filter} filter
 * @param {() => void} onChosen
 */
function createOrder(filter, onChosen) {
  const order = h(
    'select',
    { class: 'control', id: 'cluster-order' },
    h('option', { value: 'attention' }, 'what needs a look'),
    h('option', { value: 'name' }, 'name'),
    h('option', { value: 'size' }, 'number of pods'),
  )
  order.addEventListener('change', () => {
    filter.order = order.value === 'name' || order.value === 'size' ? order.value : 'attention'
    onChosen()
  })
  return order
}

/** @param {(isTable: boolean) => void} onForm */
function formChoice(onForm) {
  const asPicture = h('button', { type: 'button', 'aria-pressed': 'true' }, 'Picture')
  const asTable = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Table')
  /** @param {boolean} isTable */
  function choose(isTable) {
    asPicture.setAttribute('aria-pressed', String(!isTable))
    asTable.setAttribute('aria-pressed', String(isTable))
    onForm(isTable)
  }
  asPicture.addEventListener('click', () => choose(false))
  asTable.addEventListener('click', () => choose(true))
  return h('div', { class: 'segmented', role: 'group', 'aria-label': 'Form' }, asPicture, asTable)
}

/**
 * @param {string} text
 * @param {string} id
 * @param {HTMLElement} control
 */
function labelled(text, id, control) {
  return h('div', { class: 'filter' }, h('label', { for: id }, text), control)
}

/**
 * @param {number} count
 * @param {number} total
 */
function percent(count, total) {
  if (total === 0) return ''
  const share = (100 * count) / total
  // Never 0 or 100 where some are, or are not.
  const shown =
    share > 99 && count < total
      ? Math.min(share, 99.9).toFixed(1)
      : share < 1 && count > 0
        ? '< 1'
        : share.toFixed(0)
  return `${shown} %`
}
