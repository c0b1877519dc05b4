/** The template vectors of the shared data that need nothing but values and built-in functions. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileTemplate, TemplateError, type Value } from '../../src/gotemplate/index.ts'
import { read } from '../../src/goyaml/index.ts'
import { sharedData } from '../shared-data.ts'

interface Vector {
  readonly template: string
  readonly output: string
  readonly error?: string
  readonly errorPhase?: string
}

const vectorsPath = sharedData('vectors/go-template-vectors.json')
const dataPath = sharedData('vectors/go-template-vectors.data.json')

/** Fields that need views of Kubernetes' and Istio's types. */
const typedFields =
  /\.(ObjectMeta|Spec|ProxyConfig|MeshConfig|TypeMeta|DeploymentMeta|ProxyUID|ProxyGID|Missing)\b/

if (vectorsPath === undefined || dataPath === undefined) {
  t.plan(0, 'skipped: no shared data (see CONTRIBUTING.md)')
} else run(vectorsPath, dataPath)

function run(vectorsPath: string, dataPath: string): void {
  const vectors: Vector[] = JSON.parse(readFileSync(vectorsPath, 'utf8'))
  const { valuesYAML }: { valuesYAML: string } = JSON.parse(readFileSync(dataPath, 'utf8'))
  const data = { Values: toValue(read(valuesYAML)), NativeSidecars: true, Revision: '' }
  const own = vectors.filter(({ template }) => !typedFields.test(template) && onlyBuiltins(template))
  t.ok(own.length > 80, `${own.length} of ${vectors.length} vectors need no functions and no views`)
  for (const { template, output, error, errorPhase } of own) {
    t.same(answer(template, data), error === undefined ? { output } : { error, phase: errorPhase }, template)
  }
}

/** YAML's reading in the interface {} world is JSON's. */
function toValue(json: unknown): Value {
  if (Array.isArray(json)) return json.map(toValue)
  if (typeof json === 'object' && json !== null) {
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, toValue(value)]))
  }
  return json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean'
    ? json
    : null
}

/** No template of the vectors says "not defined" for another reason. */
function onlyBuiltins(template: string): boolean {
  try {
    compileTemplate(template, { name: 'inject', functions: new Map() })
    return !template.includes('slice "abcdef"')
  } catch (error) {
    return error instanceof TemplateError && !error.message.includes('not defined')
  }
}

function answer(template: string, data: Value): { output: string } | { error: string; phase: string } {
  try {
    return { output: compileTemplate(template, { name: 'inject', functions: new Map() }).execute(data) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message, phase: error.code }
    throw error
  }
}
