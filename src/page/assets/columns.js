/**
 * Cards of different heights in columns, each put where there is most room, so that the first ones stand at the top.
 *
 * @param {readonly number[]} heights
 * @param {number} count Of columns.
 * @param {number} gap
 * @returns {number[][]} The places of the cards, by column.
 */
export function columnsOf(heights, count, gap) {
  const columns = Array.from({ length: Math.max(1, count) }, () => ({
    height: 0,
    cards: /** @type {number[]} */ ([]),
  }))
  heights.forEach((height, index) => {
    const lowest = columns.reduce((best, column) => (column.height < best.height ? column : best))
    lowest.cards.push(index)
    lowest.height += height + gap
  })
  return columns.map(({ cards }) => cards)
}

/**
 * The same for cards that stand in columns already: none changes its column, those that are gone leave it, and new ones
 * are put where there is most room.
 *
 * @param {readonly (readonly string[])[]} before Names by column.
 * @param {ReadonlyMap<string, number>} heights Of all that are to be there, by name.
 * @param {number} gap
 * @returns {string[][]}
 */
export function columnsAgain(before, heights, gap) {
  const kept = before.map((column) => column.filter((name) => heights.has(name)))
  const there = new Set(kept.flat())
  const columns = kept.map((names) => ({
    names,
    height: names.reduce((sum, name) => sum + (heights.get(name) ?? 0) + gap, 0),
  }))
  for (const [name, height] of heights) {
    if (there.has(name)) continue
    const lowest = columns.reduce((best, column) => (column.height < best.height ? column : best))
    lowest.names.push(name)
    lowest.height += height + gap
  }
  return kept
}
