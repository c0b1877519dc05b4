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
