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
     * Beside a place, and neither over it nor over the edge of the window.
     *
     * @param {readonly Node[]} lines
     * @param {{ x: number, top: number, bottom: number }} place
     */
    show(lines, { x, top, bottom }) {
      element.replaceChildren(...lines)
      element.hidden = false
      const { width, height } = element.getBoundingClientRect()
      const left = x + 16 + width > window.innerWidth ? x - width - 12 : x + 16
      const y = bottom + 16 + height > window.innerHeight ? top - height - 12 : bottom + 16
      element.style.translate = `${Math.max(4, left)}px ${Math.max(4, y)}px`
    },
    hide() {
      element.hidden = true
    },
  }
}
