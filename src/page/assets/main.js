import { getState } from './api.js'
import { startCluster } from './cluster.js'
import { byId, counted, h, setText } from './dom.js'
import { startReview } from './review.js'

/** The views, by what stands behind the # in the address; no id, or Tab would begin in the middle of the page. */
const views = /** @type {const} */ (['review', 'cluster'])

/** @typedef {(typeof views)[number]} View */

const trouble = byId('trouble', HTMLParagraphElement)

/** @param {unknown} error */
function onTrouble(error) {
  trouble.hidden = false
  setText(trouble, error instanceof Error ? error.message : String(error))
}

function onFine() {
  trouble.hidden = true
  trouble.textContent = ''
}

const review = startReview({ onTrouble, onFine })
const cluster = startCluster({
  onTrouble,
  onFine,
  onReview(namespace) {
    location.hash = 'review'
    show()
    review.useNamespace(namespace)
  },
})

/** @returns {View} */
function wanted() {
  return views.find((view) => `#${view}` === location.hash) ?? 'review'
}

function show() {
  const view = wanted()
  for (const name of views) {
    byId(`view-${name}`, HTMLElement).hidden = name !== view
    const link = byId(`to-${name}`, HTMLAnchorElement)
    if (name === view) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  document.title = `${view === 'review' ? 'Review a pod' : 'Cluster'} · Sidecar injector`
  if (view === 'cluster') cluster.resume()
  else cluster.pause()
}

/** @param {import('../answers.ts').PageState} state */
function showServed({ revisions, version }) {
  byId('version', HTMLSpanElement).textContent = version
  const served = byId('served', HTMLDivElement)
  if (revisions.length === 0) {
    served.replaceChildren(h('span', { class: 'chip' }, 'no settings yet: no pod gets a sidecar'))
    return
  }
  if (revisions.length > 3) {
    served.replaceChildren(
      h('span', { class: 'chip' }, 'serves ', h('strong', {}, counted(revisions.length, 'revision'))),
    )
    return
  }
  served.replaceChildren(
    ...revisions.map(({ name, release, because }) =>
      h('span', { class: 'chip', title: because }, `${name} `, h('strong', {}, `Istio ${release}`)),
    ),
  )
}

/** How often it is asked for settings as long as there are none, or nobody answers. */
const againMs = 5000
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again

async function loadState() {
  clearTimeout(again)
  let isComplete = false
  try {
    const state = await getState()
    isComplete = state.revisions.length > 0
    showServed(state)
    review.show(state)
    cluster.use(state)
    onFine()
  } catch (error) {
    onTrouble(error)
  }
  if (!isComplete && document.visibilityState === 'visible')
    again = setTimeout(() => void loadState(), againMs)
}

window.addEventListener('hashchange', show)
// Settings change while the page is open: what can be chosen is looked at again when somebody comes back.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void loadState()
})
await loadState()
show()
