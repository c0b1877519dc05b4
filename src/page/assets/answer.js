/** @import { ReviewedPod, ReviewedText } from '../answers.ts' */
import { diffTable, sumOf } from './diff.js'
import { counted, h, svg } from './dom.js'
import { copyButton, listing, panel, patchPanel, renderedPanel } from './panels.js'

/** The word and the sign of each verdict. */
const verdicts = /** @type {const} */ ({
  injected: ['Injected', 'M4 10.5 8.2 15 16 5.5'],
  skipped: ['Not injected', 'M4.5 10h11'],
  failed: ['Refused', 'M5 5l10 10M15 5 5 15'],
  refused: ['Refused', 'M5 5l10 10M15 5 5 15'],
})

/** More pods than these are told as a sum, and what changes in each is closed first. */
const mostOpen = 3

/**
 * All that came of a text.
 *
 * @param {ReviewedText} answer
 * @returns {HTMLElement[]}
 */
export function answersOf({ pods, ignored, leftOut }) {
  const isOpen = pods.length <= mostOpen
  const cards = pods.map((pod, index) => card(pod, index, isOpen))
  const sum = isOpen ? [] : [h('p', { class: 'note' }, sumOfVerdicts(pods))]
  const notes = []
  if (pods.length === 0) notes.push('There is no pod in this text, and nothing that makes pods.')
  if (ignored.length > 0) notes.push(`Not looked at, as no pods come of it: ${ignored.join(', ')}.`)
  if (leftOut > 0) notes.push(`${counted(leftOut, 'more object')} were left out: fewer at once, please.`)
  return [...sum, ...cards, ...notes.map((note) => h('p', { class: 'note' }, note))]
}

/**
 * What is said of it aloud.
 *
 * @param {ReviewedText} answer
 */
export function spoken({ pods }) {
  if (pods.length === 0) return 'No pod in this text.'
  if (pods.length > mostOpen) return sumOfVerdicts(pods)
  return pods.map(({ name, verdict, reason }) => `${name}: ${verdicts[verdict][0]}, ${reason}.`).join(' ')
}

/**
 * `5 pods: 3 injected, 1 not injected, 1 refused.`
 *
 * @param {readonly ReviewedPod[]} pods
 */
function sumOfVerdicts(pods) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { verdict } of pods) {
    const word = verdicts[verdict][0].toLowerCase()
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return `${counted(pods.length, 'pod')}: ${[...counts].map(([word, count]) => `${count} ${word}`).join(', ')}.`
}

/**
 * @param {ReviewedPod} pod
 * @param {number} index
 * @param {boolean} isOpen
 */
function card(pod, index, isOpen) {
  const id = `answer-${index}`
  const element = h(
    'article',
    { class: `card answer tone-${pod.verdict}`, 'aria-labelledby': id },
    head(pod, id),
  )
  if (pod.rows !== undefined) element.append(changes(pod, pod.rows, isOpen))
  else if (pod.injected !== undefined) {
    element.append(
      panel('With its sidecar', 'too much differs to be put side by side', [listing(pod.injected)]),
    )
  }
  for (const rendered of pod.rendered) element.append(renderedPanel(rendered, pod))
  if (pod.patch !== undefined) element.append(patchPanel(pod.patch))
  return element
}

/**
 * @param {ReviewedPod} pod
 * @param {string} id
 */
function head(pod, id) {
  const [word, sign] = verdicts[pod.verdict]
  const isFailed = pod.verdict === 'failed'
  const [sentence = '', ...rest] = pod.message.split('\n')
  return h(
    'header',
    { class: 'answer-head' },
    h(
      'span',
      { class: 'verdict-mark', 'aria-hidden': 'true' },
      svg(
        'svg',
        { viewBox: '0 0 20 20' },
        svg('path', {
          d: sign,
          fill: 'none',
          stroke: 'currentColor',
          'stroke-width': 2.6,
          'stroke-linecap': 'round',
          'stroke-linejoin': 'round',
        }),
      ),
    ),
    h(
      'h2',
      { id },
      h('span', { class: 'verdict' }, word),
      h('span', {}, pod.name),
      h('span', { class: 'kind' }, pod.isMade ? `the pod that ${article(pod.kind)} makes` : pod.kind),
    ),
    h('p', { class: 'because' }, capital(sentence)),
    rest.length > 0 &&
      h('pre', { class: 'fault-text', tabindex: 0, 'aria-label': 'Where it is' }, rest.join('\n')),
    isFailed && pod.advice !== undefined && h('p', { class: 'because' }, `To do: ${pod.advice}.`),
    warnings(pod.warnings),
    facts(pod),
  )
}

/** @param {readonly string[]} texts */
function warnings(texts) {
  if (texts.length === 0) return undefined
  const items = texts.map((text) => h('li', {}, h('strong', {}, 'Warning: '), text))
  return h('ul', { class: 'warnings' }, ...items)
}

/** @param {ReviewedPod} pod */
function facts({ reason, field, by, webhook }) {
  const chips = [chip('reason', reason), field !== undefined && chip('decided by', field)]
  if (webhook !== undefined) chips.push(chip('webhook', webhook.name, `of ${webhook.configuration}`))
  if (by !== undefined) {
    chips.push(chip('release', `Istio ${by.release}`))
    if (by.says !== undefined) chips.push(chip('revision', by.revision, `(${by.says} it)`))
  }
  return h('p', { class: 'facts' }, ...chips)
}

/**
 * @param {string} what
 * @param {string} value
 * @param {string} [more]
 */
function chip(what, value, more = '') {
  return h('span', { class: 'chip' }, `${what} `, h('strong', {}, value), more)
}

/**
 * @param {ReviewedPod} pod
 * @param {NonNullable<ReviewedPod['rows']>} rows
 * @param {boolean} isOpen
 */
function changes(pod, rows, isOpen) {
  let isWide = window.innerWidth >= 900
  const place = h('div', { class: 'diff-scroll' })
  const wide = h('button', { type: 'button' }, 'Side by side')
  const narrow = h('button', { type: 'button' }, 'One column')

  function show() {
    wide.setAttribute('aria-pressed', String(isWide))
    narrow.setAttribute('aria-pressed', String(!isWide))
    place.replaceChildren(diffTable(rows, { isWide, name: pod.name }))
  }
  wide.addEventListener('click', () => {
    isWide = true
    show()
  })
  narrow.addEventListener('click', () => {
    isWide = false
    show()
  })
  wide.setAttribute('aria-pressed', String(isWide))
  narrow.setAttribute('aria-pressed', String(!isWide))
  const bar = h(
    'div',
    { class: 'panel-bar' },
    h('div', { class: 'segmented', role: 'group', 'aria-label': 'Form of the difference' }, wide, narrow),
    h('span', { class: 'spring' }),
    pod.injected !== undefined && copyButton('Copy the injected pod', pod.injected),
  )
  const element = panel('What changes', sumOf(rows), [bar, place], isOpen)
  // Fifty tables that nobody looks at would take their time.
  element.addEventListener('toggle', () => {
    if (element.open && place.firstChild === null) show()
  })
  if (isOpen) show()
  return element
}

/** @param {string} kind */
function article(kind) {
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
