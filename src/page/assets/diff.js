/** @import { Row, NumberedLine } from '../../reviews/side-by-side.ts' */
import { counted, h } from './dom.js'

/** How many lines around a change are shown, and how many others are worth to be folded. */
const context = 3
const worthFolding = 4

/**
 * The rows as runs: those to be shown, and those to be folded.
 *
 * @param {readonly Row[]} rows
 * @returns {{ folded: boolean, rows: readonly Row[] }[]}
 */
export function runsOf(rows) {
  const near = rows.map(() => false)
  rows.forEach((row, at) => {
    if (row.kind !== 'same') near.fill(true, Math.max(0, at - context), at + context + 1)
  })
  /** @type {{ folded: boolean, rows: Row[] }[]} */
  const runs = []
  rows.forEach((row, at) => {
    const folded = near[at] !== true
    const last = runs.at(-1)
    if (last?.folded === folded) last.rows.push(row)
    else runs.push({ folded, rows: [row] })
  })
  return runs.map((run) => (run.folded && run.rows.length < worthFolding ? { ...run, folded: false } : run))
}

/**
 * Two lines parted where they begin and cease to differ.
 *
 * @param {string} before
 * @param {string} after
 * @returns {readonly [head: string, before: string, after: string, tail: string]}
 */
export function parted(before, after) {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  return [
    before.slice(0, head),
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
    before.slice(before.length - tail),
  ]
}

/**
 * How much changes, in words.
 *
 * @param {readonly Row[]} rows
 */
export function sumOf(rows) {
  const count = (/** @type {Row['kind']} */ kind) => rows.filter((row) => row.kind === kind).length
  const [added, changed, removed] = [count('added'), count('changed'), count('removed')]
  const parts = [
    added > 0 && `${counted(added, 'line')} added`,
    changed > 0 && `${changed} changed`,
    removed > 0 && `${removed} removed`,
  ]
  return parts.filter((part) => part !== false).join(', ') || 'nothing changes'
}

/**
 * The table of what changes.
 *
 * @param {readonly Row[]} rows
 * @param {{ isWide: boolean, name: string }} look Wide: the two texts side by side.
 */
export function diffTable(rows, { isWide, name }) {
  const columns = isWide ? 6 : 4
  const table = h(
    'table',
    { class: isWide ? 'diff wide' : 'diff' },
    h('caption', { class: 'visually-hidden' }, `What changes in ${name}: ${sumOf(rows)}`),
    columnsOf(isWide),
    isWide ? wideHead() : narrowHead(),
  )
  for (const run of runsOf(rows)) {
    const body = h('tbody')
    if (run.folded) body.append(foldRow(run.rows, { isWide, columns }))
    else body.append(...linesOf(run.rows, isWide))
    table.append(body)
  }
  return table
}

/** @param {boolean} isWide */
function columnsOf(isWide) {
  if (isWide) return h('colgroup', {}, ...sideColumns(), ...sideColumns())
  return h('colgroup', {}, h('col', { class: 'number' }), ...sideColumns())
}

function sideColumns() {
  return [h('col', { class: 'number' }), h('col', { class: 'sign' }), h('col')]
}

function wideHead() {
  return h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { colspan: 3, scope: 'colgroup' }, 'The pod as it comes'),
      h('th', { colspan: 3, scope: 'colgroup' }, 'With its sidecar'),
    ),
  )
}

function narrowHead() {
  return h(
    'thead',
    { class: 'visually-hidden' },
    h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Line before'),
      h('th', { scope: 'col' }, 'Line after'),
      h('th', { scope: 'col' }, 'Change'),
      h('th', { scope: 'col' }, 'Text'),
    ),
  )
}

/**
 * Lines that are alike, folded away; the button brings them back.
 *
 * @param {readonly Row[]} rows
 * @param {{ isWide: boolean, columns: number }} look
 */
function foldRow(rows, { isWide, columns }) {
  const unfold = h('button', { type: 'button' }, `Show ${counted(rows.length, 'unchanged line')}`)
  const row = h('tr', { class: 'fold' }, h('td', { colspan: columns }, unfold))
  unfold.addEventListener('click', () => {
    const lines = linesOf(rows, isWide)
    row.replaceWith(...lines)
    const [first] = lines
    first?.setAttribute('tabindex', '-1')
    first?.focus()
  })
  return row
}

/**
 * @param {readonly Row[]} rows
 * @param {boolean} isWide
 */
function linesOf(rows, isWide) {
  return rows.flatMap((row) => (isWide ? [wideLine(row)] : narrowLines(row)))
}

/** @typedef {'same' | 'added' | 'removed'} Tone */

/** @param {Row} row */
function wideLine(row) {
  const [before, after] = textsOf(row)
  const left =
    row.kind === 'added' ? noLine() : side(row.before, before, row.kind === 'same' ? 'same' : 'removed')
  const right =
    row.kind === 'removed' ? noLine() : side(row.after, after, row.kind === 'same' ? 'same' : 'added')
  return h('tr', {}, ...left, ...right)
}

/** @param {Row} row */
function narrowLines(row) {
  const [before, after] = textsOf(row)
  if (row.kind === 'same') {
    const [number, sign, text] = side(row.after, after, 'same')
    return [h('tr', {}, h('td', { class: 'number' }, String(row.before.number)), number, sign, text)]
  }
  const lines = []
  if (row.kind !== 'added') {
    const [number, sign, text] = side(row.before, before, 'removed')
    lines.push(h('tr', {}, number, h('td', { class: 'number removed' }), sign, text))
  }
  if (row.kind !== 'removed') {
    const [number, sign, text] = side(row.after, after, 'added')
    lines.push(h('tr', {}, h('td', { class: 'number added' }), number, sign, text))
  }
  return lines
}

/**
 * The texts of a row, with what differs marked where both sides have one.
 *
 * @param {Row} row
 * @returns {readonly [before: readonly (Node | string)[], after: readonly (Node | string)[]]}
 */
function textsOf(row) {
  if (row.kind === 'removed') return [[row.before.text], []]
  if (row.kind === 'added') return [[], [row.after.text]]
  if (row.kind === 'same') return [[row.before.text], [row.after.text]]
  const [head, before, after, tail] = parted(row.before.text, row.after.text)
  /** @param {string} part */
  const marked = (part) => (part === '' ? [head, tail] : [head, h('mark', {}, part), tail])
  return [marked(before), marked(after)]
}

const signs = /** @type {const} */ ({
  same: ['', ''],
  added: ['+', 'added'],
  removed: ['−', 'removed'],
})

/**
 * @param {NumberedLine} line
 * @param {readonly (Node | string)[]} text
 * @param {Tone} tone
 * @returns {[HTMLTableCellElement, HTMLTableCellElement, HTMLTableCellElement]}
 */
function side(line, text, tone) {
  const [sign, word] = signs[tone]
  return [
    h('td', { class: `number ${tone}` }, String(line.number)),
    h(
      'td',
      { class: `sign ${tone}` },
      h('span', { 'aria-hidden': 'true' }, sign),
      word !== '' && h('span', { class: 'visually-hidden' }, word),
    ),
    h('td', { class: `line ${tone}` }, ...text),
  ]
}

function noLine() {
  return [h('td', { class: 'number none' }), h('td', { class: 'sign none' }), h('td', { class: 'line none' })]
}
