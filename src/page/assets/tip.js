import { byId, h } from './dom.js'

/** What is said beside a pod, under the pointer or the focus. */
export function createTip() {
  const element = h('div', { class: 'tip', role: 'tooltip', hidden: true })
  byId('content', HTMLElement).append(element)

  return {
    get isShown() {
      return !element.hidden
    },
    /**
     * Beside a point, and never over the edge of the window.
     *
     * @param {readonly Node[]} lines
     * @param {{ x: number, y: number }} point
     */
    show(lines, { x, y }) {
      element.replaceChildren(...lines)
      element.hidden = false
      const { width, height } = element.getBoundingClientRect()
      const left = x + 16 + width > window.innerWidth ? x - width - 12 : x + 16
      const top = y + 16 + height > window.innerHeight ? y - height - 12 : y + 16
      element.style.translate = `${Math.max(4, left)}px ${Math.max(4, top)}px`
    },
    hide() {
      element.hidden = true
    },
  }
}
