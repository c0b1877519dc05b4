/* A field of hexagons standing on a corner: every second row is set in by half of one. */

/** From the centre to a corner, and the gap between two. */
const radius = 8
const gap = 2
const pitchX = Math.sqrt(3) * radius
const pitchY = 1.5 * radius
const drawn = radius - gap / Math.sqrt(3)

/**
 * @typedef {object} Field
 * @property {number} count
 * @property {number} columns Of the rows that are not set in; the others have as many.
 * @property {number} width
 * @property {number} height
 */

/**
 * The field for so many hexagons in so much width.
 *
 * @param {number} count
 * @param {number} width
 * @returns {Field}
 */
export function fieldOf(count, width) {
  const columns = Math.max(1, Math.floor((width - pitchX / 2) / pitchX))
  const rows = Math.ceil(count / columns)
  return { count, columns, width, height: rows === 0 ? 0 : Math.ceil((rows - 1) * pitchY + 2 * radius) }
}

/**
 * The middle of one of them.
 *
 * @param {Field} field
 * @param {number} index
 * @returns {readonly [x: number, y: number]}
 */
export function centreOf({ columns }, index) {
  const row = Math.floor(index / columns)
  const column = index % columns
  return [pitchX / 2 + column * pitchX + (row % 2) * (pitchX / 2), radius + row * pitchY]
}

/**
 * Which one is at a point; undefined for none.
 *
 * @param {Field} field
 * @param {number} x
 * @param {number} y
 * @returns {number | undefined}
 */
export function indexAt(field, x, y) {
  const near = Math.round((y - radius) / pitchY)
  let best
  let least = radius * radius
  for (const row of [near - 1, near, near + 1]) {
    if (row < 0) continue
    const column = Math.round((x - pitchX / 2 - (row % 2) * (pitchX / 2)) / pitchX)
    if (column < 0 || column >= field.columns) continue
    const index = row * field.columns + column
    if (index >= field.count) continue
    const [cx, cy] = centreOf(field, index)
    const distance = (x - cx) ** 2 + (y - cy) ** 2
    if (distance > least) continue
    least = distance
    best = index
  }
  return best
}

/**
 * Which of some is above or below one of them: of the next row that has any, the one that is nearest. Undefined for none.
 *
 * @param {Field} field
 * @param {readonly number[]} indices
 * @param {number} from
 * @param {1 | -1} step 1 for below.
 * @returns {number | undefined}
 */
export function indexBeyond(field, indices, from, step) {
  const rowOf = (/** @type {number} */ index) => Math.floor(index / field.columns)
  const [x] = centreOf(field, from)
  let best
  let least = Infinity
  for (const index of indices) {
    const rows = (rowOf(index) - rowOf(from)) * step
    if (rows <= 0) continue
    // A row weighs more than all that lies within one.
    // Rounded, so that of two that are as near the first one is taken.
    const distance = rows * 2 * field.width + Math.round(Math.abs(centreOf(field, index)[0] - x))
    if (distance >= least) continue
    least = distance
    best = index
  }
  return best
}

/** Rounded to what a screen can show: 5,000 of them are a long text. */
const round = (/** @type {number} */ number) => Math.round(number * 10) / 10

/**
 * Corners of a hexagon around 0, as steps from one to the next.
 *
 * @param {number} size
 */
function outline(size) {
  const [half, quarter] = [round((Math.sqrt(3) / 2) * size), round(size / 2)]
  const side = round(size)
  return {
    top: round(size),
    steps: `l${half} ${quarter}v${side}l-${half} ${quarter}l-${half}-${quarter}v-${side}z`,
  }
}

const whole = outline(drawn)
const inner = outline(drawn - 1)
const hole = 2.4
const dot = 0.9

/**
 * One path for many hexagons: filled, or filled with a hole in the middle; or to be stroked, their edge alone or with a dot in it.
 *
 * @param {Field} field
 * @param {readonly number[]} indices
 * @param {'full' | 'edge' | 'ring' | 'dot'} form
 */
export function pathOf(field, indices, form) {
  const { top, steps } = form === 'edge' || form === 'dot' ? inner : whole
  let path = ''
  for (const index of indices) {
    const [x, y] = centreOf(field, index)
    path += `M${round(x)} ${round(y - top)}${steps}`
    // The other way round, so that what is in it is not filled.
    if (form === 'ring') path += circle(x, y, hole)
    if (form === 'dot') path += circle(x, y, dot)
  }
  return path
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function circle(x, y, size) {
  const arc = `a${size} ${size} 0 1 0`
  return `M${round(x - size)} ${round(y)}${arc} ${2 * size} 0${arc}-${2 * size} 0z`
}
