/**
 * Reads labels as people write them: `istio-injection=enabled, team=a`, one a line or with commas. Throws RangeError.
 *
 * @param {string} text
 * @returns {Record<string, string> | undefined} Undefined for nothing at all.
 */
export function readLabels(text) {
  const items = text
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (items.length === 0) return undefined
  /** @type {[string, string][]} */
  const pairs = items.map((item) => {
    const [, key, value] = /^([^\s=:]+)\s*(?:=|:\s)\s*"?([^\s"]*)"?$/.exec(item) ?? []
    if (key === undefined || value === undefined)
      throw new RangeError(`“${item}” is no label: write key=value, one a line`)
    return [key, value]
  })
  return Object.fromEntries(pairs)
}
