/**
 * Makes elements the children of a parent, in order. Those that stand right are not touched, and the one that has the
 * focus is not moved, since moving it would take the focus away.
 *
 * @param {Element} parent
 * @param {readonly Element[]} wanted
 */
export function arrange(parent, wanted) {
  const staying = new Set(wanted)
  const gone = [...parent.children].filter((child) => !staying.has(child))
  for (const child of gone) child.remove()
  const [first] = wanted
  if (first === undefined) return
  const focused = wanted.findIndex(
    (element) => element.parentElement === parent && element.contains(document.activeElement),
  )
  const fixed = Math.max(0, focused)
  if (wanted[fixed]?.parentElement !== parent) parent.prepend(first)
  // Outwards from what stays, each beside the one before.
  for (let at = fixed - 1; at >= 0; at--) {
    const [element, next] = [wanted[at], wanted[at + 1]]
    if (element !== undefined && element.nextElementSibling !== next) next?.before(element)
  }
  for (let at = fixed + 1; at < wanted.length; at++) {
    const [element, last] = [wanted[at], wanted[at - 1]]
    if (element !== undefined && element.previousElementSibling !== last) last?.after(element)
  }
}
