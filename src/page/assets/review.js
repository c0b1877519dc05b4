/** @import { PageState } from '../answers.ts' */
import { answersOf, spoken } from './answer.js'
import { askReview } from './api.js'
import { byId, h } from './dom.js'
import { startEditor } from './editor.js'
import { example } from './example.js'
import { readLabels } from './labels.js'

const knownHint = 'As the cluster has them; change them to see what would be.'

/**
 * The view on which pods are tried.
 *
 * @param {{ onTrouble: (error: unknown) => void, onFine: () => void }} told
 */
export function startReview({ onTrouble, onFine }) {
  const form = byId('question', HTMLFormElement)
  const namespace = byId('namespace', HTMLInputElement)
  const labels = byId('labels', HTMLTextAreaElement)
  const hint = byId('labels-hint', HTMLParagraphElement)
  const unknownHint = hint.textContent ?? ''
  const labelsFault = byId('labels-fault', HTMLParagraphElement)
  const textFault = byId('text-fault', HTMLDivElement)
  const revision = byId('revision', HTMLSelectElement)
  const ask = byId('ask', HTMLButtonElement)
  const answers = byId('answers', HTMLDivElement)
  const told = byId('told', HTMLParagraphElement)
  /** @type {ReadonlyMap<string, string>} The labels of namespaces, as they are shown. */
  let known = new Map()
  /** The cluster's own, as long as nobody has changed them. */
  let filledIn = ''
  /** Only the newest question's answer is shown. */
  let asked = 0

  const editor = startEditor({
    onText: () => void review(),
    onTrouble: (message) => onTrouble(new Error(message)),
  })

  async function review() {
    const question = questionOf()
    if (question === undefined) return
    const mine = ++asked
    ask.setAttribute('aria-disabled', 'true')
    try {
      const answer = await askReview(question)
      if (mine !== asked) return
      onFine()
      if (answer.kind === 'unreadable') showFault(answer.detail, answer)
      else {
        answers.replaceChildren(...answersOf(answer))
        told.textContent = spoken(answer)
      }
    } catch (error) {
      if (mine === asked) onTrouble(error)
    } finally {
      if (mine === asked) ask.removeAttribute('aria-disabled')
    }
  }

  /** Undefined, and said so, where there is nothing to be asked. */
  function questionOf() {
    showFault('')
    showLabelsFault('')
    if (editor.area.value.trim() === '') {
      showFault('There is nothing to review yet: paste a pod or a workload, or take the example.')
      editor.area.focus()
      return undefined
    }
    try {
      const namespaceLabels = askedLabels()
      return {
        text: editor.area.value,
        namespace: namespace.value.trim() || 'default',
        ...(namespaceLabels === undefined ? {} : { namespaceLabels }),
        ...(revision.value === '' ? {} : { revision: revision.value }),
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      showLabelsFault(error.message)
      labels.focus()
      return undefined
    }
  }

  /**
   * @param {string} detail
   * @param {{ line: number, column: number }} [place]
   */
  function showFault(detail, { line, column } = { line: 0, column: 0 }) {
    textFault.hidden = detail === ''
    editor.area.setAttribute('aria-invalid', String(detail !== ''))
    if (detail === '') return
    answers.replaceChildren()
    told.textContent = ''
    const [sentence = '', ...excerpt] = detail.split('\n')
    textFault.replaceChildren(h('strong', {}, sentence))
    if (excerpt.length > 0)
      textFault.append(h('pre', { tabindex: 0, 'aria-label': 'Where it is' }, excerpt.join('\n')))
    if (line === 0) return
    const go = h('button', { type: 'button', class: 'quiet' }, `Go to line ${line}`)
    go.addEventListener('click', () => editor.goTo(line, column))
    textFault.append(' ', go)
  }

  /** @param {string} message */
  function showLabelsFault(message) {
    labelsFault.hidden = message === ''
    labelsFault.textContent = message
    labels.setAttribute('aria-invalid', String(message !== ''))
  }

  /** Undefined for those that the server knows itself, or that nobody knows. */
  function askedLabels() {
    if (labels.value === filledIn && known.has(namespace.value.trim())) return undefined
    return readLabels(labels.value) ?? (known.has(namespace.value.trim()) ? {} : undefined)
  }

  /** Shows the labels that the cluster has, unless others are being tried. */
  function fillIn() {
    const isKnown = known.has(namespace.value.trim())
    hint.textContent = isKnown ? knownHint : unknownHint
    if (labels.value !== filledIn) return
    filledIn = known.get(namespace.value.trim()) ?? ''
    labels.value = filledIn
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void review()
  })
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void review()
  })
  namespace.addEventListener('change', fillIn)
  byId('example', HTMLButtonElement).addEventListener('click', () => {
    editor.setText(example)
    void review()
  })

  return {
    /** @param {PageState} state */
    show(state) {
      known = new Map(state.namespaces.map(({ name, labels }) => [name, labels.join('\n')]))
      fillIn()
      byId('namespaces', HTMLDataListElement).replaceChildren(
        ...state.namespaces.map(({ name }) => h('option', { value: name })),
      )
      const chosen = revision.value
      const [first] = revision.options
      revision.replaceChildren(
        ...(first === undefined ? [] : [first]),
        ...state.revisions.map(({ name, release }) =>
          h('option', { value: name }, `${name} (Istio ${release})`),
        ),
        ...state.tags.map((tag) => h('option', { value: tag.name }, `${tag.name} (tag of ${tag.revision})`)),
      )
      revision.value = chosen
      if (revision.selectedIndex === -1) revision.selectedIndex = 0
    },
    /**
     * Chooses a namespace for what is asked next.
     *
     * @param {string} name
     */
    useNamespace(name) {
      namespace.value = name
      labels.value = filledIn
      fillIn()
      editor.area.focus()
    },
  }
}
