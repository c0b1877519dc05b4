/** @import { PageState } from '../answers.ts' */
/** @import { Picture } from '../picture.ts' */
/** @import { Filter, Selected } from './filter.js' */
import { getPicture } from './api.js'
import { arrange } from './arrange.js'
import { createControls } from './cluster-controls.js'
import { createClusterTable } from './cluster-table.js'
import { byId, counted, h, setText } from './dom.js'
import { createDrawer } from './drawer.js'
import { inOrderOf, select, totalOf } from './filter.js'
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
  const controls = createControls({
    filter,
    onChosen: drawChosen,
    onForm(chosen) {
      isTable = chosen
      draw()
    },
  })

  async function refresh() {
    clearTimeout(timer)
    try {
      const next = await getPicture()
      onFine()
      if (next !== undefined) show(next)
    } catch (error) {
      onTrouble(error)
    }
    // Who comes back has it refreshed.
    if (isShown && document.visibilityState === 'visible') timer = setTimeout(() => void refresh(), everyMs)
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

  document.addEventListener('visibilitychange', () => {
    if (!isShown || !hasPicture) return
    if (document.visibilityState === 'visible') void refresh()
    else clearTimeout(timer)
  })

  return {
    /** @param {PageState} state */
    use(state) {
      ;({ hasPicture } = state)
      if (hasPicture) return
      sum.textContent = 'This server watches no cluster.'
      place.replaceChildren(absentCard())
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

/** What is said where no cluster is watched. */
function absentCard() {
  return h(
    'div',
    { class: 'card absent' },
    h(
      'p',
      {},
      'To see the pods of a cluster here, start the server with the namespace of Istio’s ConfigMaps and with coverage:',
    ),
    h('pre', { tabindex: 0 }, 'sidecar-injector serve -i istio-system --coverage --reviewPage'),
    h('p', { class: 'hint' }, 'In the chart: coverage.enabled and reviewPage.enabled.'),
  )
}
