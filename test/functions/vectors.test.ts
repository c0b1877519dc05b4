/** Istio's own answers (1.30.3) to small templates: the engine, Sprig and Istio's functions together. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { sharedData } from '../shared-data.ts'
import { vectorRenderer, type TemplateVector } from './vector-renderer.ts'

const vectorsPath = sharedData('vectors/go-template-vectors.json')
const dataPath = sharedData('vectors/go-template-vectors.data.json')

t.test('small templates give what Istio 1.30.3 gives', (t) => {
  if (vectorsPath === undefined || dataPath === undefined) {
    t.comment('skipped: the shared vectors are missing')
    t.end()
    return
  }
  const vectors: readonly TemplateVector[] = JSON.parse(readFileSync(vectorsPath, 'utf8'))
  const render = vectorRenderer(JSON.parse(readFileSync(dataPath, 'utf8')))
  for (const { template, output, error } of vectors) {
    t.same(render(template), error === undefined ? { output } : { output, error }, template)
  }
  t.end()
})
