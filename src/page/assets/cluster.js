/** @import { PageState } from '../answers.ts' */
/** @import { Picture, PodState } from '../picture.ts' */
/** @import { Filter, Selected } from './filter.js' */
import { getPicture } from './api.js'
import { arrange } from './arrange.js'
import { createClusterTable } from './cluster-table.js'
import { byId, counted, h, setText } from './dom.js'
import { createDrawer } from './drawer.js'
import { countsOf, inOrderOf, reasonsOf, select, stateNames, states, totalOf } from './filter.js'
import { sign } from './namespace-card.js'
import { createPicture } from './picture.js'

/** How often the cluster is looked at while somebody does. */
const everyMs = 5000
/** How long nothing leaves its place after somebody has been at it. */
const steadyMs = 30_000

/**
 * The view of the cluster's state.
 *
 * @param {{ onTrouble: (error: unknown) => void, onFine: () => void, onReview: (namespace: string) => void }} told
 */
export function startCluster({ onTrouble, onFine, onReview }) {
  const place = byId('picture', HTMLDivElement)
  const sum = byId('cluster-sum', HTMLParagraphElement)
  const told = byId('cluster-told', HTMLParagraphElement)
  const drawer = createDrawer({ onReview, onClosed: focusAgain })
  /** @type {Filter} */
  const filter = { text: '', state: '', reason: '', order: 'attention' }
  /** @type {Picture | undefined} */
  let picture
  let isTable = false
  let hasPicture = true
  let isShown = false
  let isDrawn = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  /** What is shown, in its order. @type {readonly Selected[]} */
  let shown = []
  /** When somebody was at it last. */
  let touched = -Infinity

  const drawing = createPicture({ onOpen: (selected, pod) => drawer.open(selected, pod) })
  const table = createClusterTable({ onOpen: (selected) => drawer.open(selected) })
  const body = h('div', { class: 'cluster-body' })
  for (const event of ['pointermove', 'wheel', 'keydown', 'focusin'])
    body.addEventListener(event, () => (touched = performance.now()), { passive: true })

  /** Where the focus was may be gone from the cluster meanwhile; then it is nowhere, or still on what was closed. */
  function focusAgain() {
    const focused = document.activeElement
    const isLost = focused === null || focused === document.body || focused.closest('dialog') !== null
    if (isShown && isLost) (isTable ? table : drawing).focus()
  }

  /** What the server could not look at, so that reasons may be wrong. */
  const unseenList = h('ul')
  const unseen = h(
    'div',
    { class: 'notice' },
    h('p', {}, h('strong', {}, 'Not known here, so that reasons may be wrong:')),
    unseenList,
  )
  const controls = createControls()

  async function refresh() {
    clearTimeout(timer)
    try {
      const next = await getPicture()
      onFine()
      if (next !== undefined) show(next)
    } catch (error) {
      onTrouble(error)
    }
    if (isShown) timer = setTimeout(() => void refresh(), everyMs)
  }

  /** @param {Picture} next */
  function show(next) {
    picture = next
    if (place.firstChild === null) place.append(controls.element, unseen, body)
    unseen.hidden = next.notKnown.length === 0
    unseenList.replaceChildren(...next.notKnown.map((sentence) => h('li', {}, sentence)))
    controls.update(next)
    draw(body.contains(document.activeElement) || performance.now() - touched < steadyMs)
  }

  /** @param {boolean} [isSteady] Nothing is to leave its place. */
  function draw(isSteady = false) {
    if (picture === undefined) return
    const selected = select(picture, filter)
    shown = isSteady ? inOrderOf(selected, shown) : selected
    setText(sum, sentence(picture, selected))
    const form = isTable ? table : drawing
    arrange(body, [shown.length === 0 ? h('p', { class: 'note' }, nothing(picture)) : form.element])
    if (shown.length > 0) form.show(shown, isSteady)
    drawer.update(shown)
    // Once: marks are kept as long as the page is open.
    if (!isDrawn) performance.mark('cluster-drawn')
    isDrawn = true
  }

  /** After a choice: what is to be seen now is told to who cannot see it. */
  function drawChosen() {
    draw()
    setText(told, sum.textContent ?? '')
  }

  /** The row of what can be chosen. */
  function createControls() {
    /** @type {Map<PodState | '', { button: HTMLButtonElement, figure: HTMLElement, share: HTMLElement }>} */
    const tiles = new Map()
    for (const state of /** @type {const} */ (['', ...stateNames])) tiles.set(state, tile(state))
    const text = h('input', {
      type: 'search',
      class: 'control',
      id: 'cluster-text',
      placeholder: 'Namespace, pod, owner, reason',
      autocomplete: 'off',
    })
    text.addEventListener('input', () => {
      filter.text = text.value.trim()
      drawChosen()
    })
    let listedReasons = ''
    const reason = h('select', { class: 'control', id: 'cluster-reason' })
    reason.addEventListener('change', () => {
      filter.reason = reason.value
      drawChosen()
    })
    const order = h(
      'select',
      { class: 'control', id: 'cluster-order' },
      h('option', { value: 'attention' }, 'what needs a look'),
      h('option', { value: 'name' }, 'name'),
      h('option', { value: 'size' }, 'number of pods'),
    )
    order.addEventListener('change', () => {
      filter.order = order.value === 'name' || order.value === 'size' ? order.value : 'attention'
      drawChosen()
    })
    const element = h(
      'div',
      { class: 'controls' },
      h(
        'div',
        { class: 'tiles', role: 'group', 'aria-label': 'Pods by state' },
        ...[...tiles.values()].map(({ button }) => button),
      ),
      h(
        'div',
        { class: 'card filters' },
        labelled('Find', 'cluster-text', text),
        labelled('Reason', 'cluster-reason', reason),
        labelled('Order by', 'cluster-order', order),
        formChoice(),
      ),
    )

    /** @param {Picture} next */
    function update(next) {
      const counts = countsOf(next.namespaces.flatMap(({ pods }) => pods))
      const total = totalOf(counts)
      for (const [state, { button, figure, share }] of tiles) {
        const count = state === '' ? total : counts[state]
        setText(figure, count.toLocaleString('en'))
        setText(
          share,
          state === '' ? `in ${counted(next.namespaces.length, 'namespace')}` : percent(count, total),
        )
        button.setAttribute('aria-pressed', String(filter.state === state))
      }
      const reasons = reasonsOf(next)
      if (!reasons.some(([code]) => code === filter.reason)) filter.reason = ''
      const listed = JSON.stringify(reasons)
      // The list may be open.
      if (listed === listedReasons) return
      listedReasons = listed
      reason.replaceChildren(
        h('option', { value: '' }, 'any'),
        ...reasons.map(([code, count]) =>
          h('option', { value: code }, `${code} (${count.toLocaleString('en')})`),
        ),
      )
      reason.value = filter.reason
    }

    return { element, update }

    /** @param {PodState | ''} state */
    function tile(state) {
      const figure = h('span', { class: 'figure' }, '0')
      const share = h('span', { class: 'share' })
      const word = state === '' ? 'All pods' : states[state].word
      const button = h(
        'button',
        {
          type: 'button',
          class: `card tile ${state === '' ? '' : `tone-${state}`}`,
          'aria-pressed': 'false',
        },
        h('span', { class: 'tile-word' }, state !== '' && sign(state), word),
        ' ',
        figure,
        ' ',
        share,
        ' ',
        h(
          'span',
          { class: 'meaning' },
          state === '' ? 'Those that run, or are about to.' : states[state].meaning,
        ),
      )
      button.addEventListener('click', () => {
        filter.state = filter.state === state ? '' : state
        for (const [other, { button }] of tiles)
          button.setAttribute('aria-pressed', String(filter.state === other))
        drawChosen()
      })
      return { button, figure, share }
    }
  }

  function formChoice() {
    const asPicture = h('button', { type: 'button', 'aria-pressed': 'true' }, 'Picture')
    const asTable = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Table')
    /** @param {boolean} chosen */
    function choose(chosen) {
      isTable = chosen
      asPicture.setAttribute('aria-pressed', String(!isTable))
      asTable.setAttribute('aria-pressed', String(isTable))
      draw()
    }
    asPicture.addEventListener('click', () => choose(false))
    asTable.addEventListener('click', () => choose(true))
    return h('div', { class: 'segmented', role: 'group', 'aria-label': 'Form' }, asPicture, asTable)
  }

  function showAbsent() {
    sum.textContent = 'This server watches no cluster.'
    place.replaceChildren(
      h(
        'div',
        { class: 'card absent' },
        h(
          'p',
          {},
          'To see the pods of a cluster here, start the server with the namespace of Istio’s ConfigMaps and with coverage:',
        ),
        h('pre', { tabindex: 0 }, 'sidecar-injector serve -i istio-system --coverage --reviewPage'),
        h('p', { class: 'hint' }, 'In the chart: coverage.enabled and reviewPage.enabled.'),
      ),
    )
  }

  document.addEventListener('visibilitychange', () => {
    if (!isShown || !hasPicture) return
    if (document.visibilityState === 'visible') void refresh()
    else clearTimeout(timer)
  })

  return {
    /** @param {PageState} state */
    use(state) {
      ;({ hasPicture } = state)
      if (!hasPicture) showAbsent()
    },
    resume() {
      if (isShown) return
      isShown = true
      if (!hasPicture) return
      draw()
      void refresh()
    },
    pause() {
      isShown = false
      clearTimeout(timer)
    },
  }
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

/**
 * @param {Picture} picture
 * @param {readonly Selected[]} selected
 */
function sentence({ namespaces, waiting }, selected) {
  if (waiting !== undefined) return waiting
  if (namespaces.length === 0) return 'No pods.'
  const all = namespaces.reduce((sum, { pods }) => sum + pods.length, 0)
  const shown = selected.reduce((sum, { counts }) => sum + totalOf(counts), 0)
  if (shown === all)
    return `${counted(all, 'pod')} in ${counted(namespaces.length, 'namespace')}, each a hexagon.`
  return `${counted(shown, 'pod')} of ${all.toLocaleString('en')} in ${counted(selected.length, 'namespace')}; the others are faint.`
}

/** @param {Picture} picture */
function nothing({ namespaces, waiting }) {
  if (waiting !== undefined) return waiting
  return namespaces.length === 0 ? 'The cluster has no pods that could be injected.' : 'No pod is like that.'
}
