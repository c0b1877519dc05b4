/** @import { ReviewedPod } from '../answers.ts' */
/** @import { Rendered } from '../../reviews/rendered.ts' */
import { counted, h } from './dom.js'

/**
 * What opens by its title.
 *
 * @param {string} title
 * @param {string} hint
 * @param {readonly HTMLElement[]} content
 * @param {boolean} [open]
 */
export function panel(title, hint, content, open = false) {
  return h('details', { open }, h('summary', {}, title, ' ', h('span', { class: 'hint' }, hint)), ...content)
}

/**
 * What a template rendered, open where it is to blame.
 *
 * @param {Rendered} rendered
 * @param {ReviewedPod} pod
 */
export function renderedPanel(rendered, { rendered: all, fault }) {
  const isFaulty = fault?.source === 'rendered' && rendered === all.at(-1)
  const lines = counted(rendered.text.trimEnd().split('\n').length, 'line')
  return panel(
    `What template ${rendered.template} rendered`,
    isFaulty ? `the fault is in line ${fault.line}` : lines,
    [
      h('div', { class: 'panel-bar' }, h('span', { class: 'spring' }), copyButton('Copy', rendered.text)),
      listing(rendered.text, isFaulty ? fault.line : 0),
    ],
    isFaulty,
  )
}

/** @param {string} patch */
export function patchPanel(patch) {
  /** @type {unknown[]} */
  const operations = JSON.parse(patch)
  const text = operations.map((operation) => JSON.stringify(operation)).join(',\n')
  return panel('The patch', counted(operations.length, 'operation'), [listing(`[\n${text}\n]`)])
}

/**
 * A text with its lines counted.
 *
 * @param {string} text
 * @param {number} [faultyLine]
 */
export function listing(text, faultyLine = 0) {
  const lines = text.trimEnd().split('\n')
  return h(
    'pre',
    { class: 'listing', tabindex: 0 },
    ...lines.map((line, index) => {
      const isFaulty = index + 1 === faultyLine
      return h(
        'span',
        isFaulty ? { class: 'faulty' } : {},
        line,
        isFaulty && h('span', { class: 'visually-hidden' }, ' (the fault is in this line)'),
      )
    }),
  )
}

/**
 * @param {string} label
 * @param {string} text
 */
export function copyButton(label, text) {
  const button = h('button', { type: 'button', class: 'quiet' }, label)
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'The browser forbids it'),
    )
    setTimeout(() => (button.textContent = label), 2000)
  })
  return button
}
