import { byId } from './dom.js'

/** The largest file that is read: what the server takes of text. */
const largestFile = 2 * 1024 * 1024

/**
 * The field for the text: lines are numbered, and files can be opened or dropped.
 *
 * @param {{ onText: () => void, onTrouble: (message: string) => void }} told
 */
export function startEditor({ onText, onTrouble }) {
  const area = byId('text', HTMLTextAreaElement)
  const gutter = byId('gutter', HTMLPreElement)
  const file = byId('file', HTMLInputElement)
  let numbered = 1

  function number() {
    const lines = area.value.split('\n').length
    if (lines === numbered) return
    numbered = lines
    gutter.textContent = Array.from({ length: lines }, (_, index) => index + 1).join('\n')
  }

  function scroll() {
    gutter.scrollTop = area.scrollTop
  }

  /** @param {string} text */
  function setText(text) {
    area.value = text
    number()
    area.scrollTop = 0
    scroll()
  }

  /**
   * Puts the caret onto a line, counted from 1, and selects it from a column on.
   *
   * @param {number} line
   * @param {number} column
   */
  function goTo(line, column) {
    const lines = area.value.split('\n')
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0)
    const end = start + (lines[line - 1] ?? '').length
    area.focus()
    area.setSelectionRange(Math.min(start + Math.max(0, column - 1), end), end)
    area.scrollTop = Math.max(0, (line - 6) * 20)
    scroll()
  }

  /** @param {File | undefined} chosen */
  async function openFile(chosen) {
    if (chosen === undefined) return
    if (chosen.size > largestFile) {
      onTrouble(`${chosen.name} is larger than the server takes (2 MiB).`)
      return
    }
    setText(await chosen.text())
    onText()
  }

  area.addEventListener('input', number)
  area.addEventListener('scroll', scroll)
  byId('open', HTMLButtonElement).addEventListener('click', () => file.click())
  file.addEventListener('change', () => {
    void openFile(file.files?.[0])
    file.value = ''
  })
  const body = area.parentElement
  body?.addEventListener('dragover', (event) => {
    event.preventDefault()
    body.classList.add('dropping')
  })
  body?.addEventListener('dragleave', () => body.classList.remove('dropping'))
  body?.addEventListener('drop', (event) => {
    if ((event.dataTransfer?.files.length ?? 0) > 0) event.preventDefault()
    body.classList.remove('dropping')
    void openFile(event.dataTransfer?.files[0])
  })
  number()
  return { area, setText, goTo }
}
