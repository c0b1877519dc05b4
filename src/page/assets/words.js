/** @import { Selected } from './filter.js' */
/** @import { PicturePod, PodState } from '../picture.ts' */
import { counted, h, svg } from './dom.js'
import { fine, stateNames, states, totalOf } from './filter.js'
import { fieldOf, pathOf } from './hexagons.js'

/**
 * The counts with the signs of their states: `12 injected, 3 not injected`.
 *
 * @param {import('./filter.js').Counts} counts
 * @param {boolean} [isShort] Without the words, but for who cannot see the signs.
 */
export function countsLine(counts, isShort = false) {
  if (totalOf(counts) === 0) return ['no pods']
  return stateNames.flatMap((state) => {
    const count = counts[state]
    if (count === 0) return []
    const { word } = states[state]
    return [
      h(
        'span',
        { class: `count tone-${state}`, ...(isShort ? { title: word } : {}) },
        sign(state),
        count.toLocaleString('en'),
        h('span', isShort ? { class: 'visually-hidden' } : {}, ` ${word.toLowerCase()}`),
        h('span', { class: 'visually-hidden' }, ', '),
      ),
    ]
  })
}

/**
 * One hexagon, as the legend has it.
 *
 * @param {PodState} state
 */
export function sign(state) {
  const field = fieldOf(1, 20)
  const { form } = states[state]
  return svg(
    'svg',
    { class: 'sign', viewBox: `0 0 14 16`, width: 14, height: 16, 'aria-hidden': 'true' },
    svg('path', { class: `pods pods-${state}`, d: pathOf(field, [0], form) }),
  )
}

/**
 * What is said of a pod: its state, and why.
 *
 * @param {PicturePod} pod
 */
export function podLines(pod) {
  const { name, state, reason, message, owner } = pod
  const sidecar = sidecarText(pod)
  return [
    h('p', { class: 'tip-name mono' }, name),
    h(
      'p',
      { class: `tip-state tone-${state}` },
      sign(state),
      states[state].word,
      reason !== fine && ` (${reason})`,
    ),
    h('p', {}, message),
    owner !== undefined && h('p', { class: 'hint' }, `of ${owner}`),
    sidecar !== '' && h('p', { class: 'hint' }, sidecar),
  ].filter((line) => line !== false)
}

/**
 * The name of a namespace for who cannot see it.
 *
 * @param {Selected} selected
 */
export function spokenCounts({ counts }) {
  const parts = stateNames.filter((state) => counts[state] > 0)
  if (parts.length === 0) return 'no pods'
  return `${counted(totalOf(counts), 'pod')}: ${parts.map((state) => `${counts[state]} ${states[state].word.toLowerCase()}`).join(', ')}`
}

/**
 * `sidecar 1.30.3 of revision canary`, as far as it is known.
 *
 * @param {PicturePod} pod
 */
export function sidecarText({ version, revision }) {
  if (version === undefined && revision === undefined) return ''
  return ['sidecar', version, revision !== undefined && `of revision ${revision}`].filter(Boolean).join(' ')
}
