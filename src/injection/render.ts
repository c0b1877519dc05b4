import { shim } from './zz-shim.ts'
import { fn } from '../functions/define.ts'
import { istioFunctions } from '../functions/istio/index.ts'
import {
  compileTemplate,
  describe,
  TemplateError,
  type FunctionMap,
  type Value,
} from '../gotemplate/index.ts'
import { TextCache } from './cache.ts'
import { InjectionError, SettingsError } from './errors.ts'
import type { SettingsParts } from './settings-parts.ts'

/** What templates are compiled with. */
export type RenderOptions = Pick<SettingsParts, 'traits' | 'mesh' | 'environment'>

/** Renders one template of the injector config. Throws InjectionError `template-failed`. */
export type Renderer = (data: Value) => string

/** Istio names every template `inject`, so that is how errors begin. */
const name = 'inject'

/** Compiles a template once. Throws SettingsError `template-invalid`. */
export function compileRenderer(text: string, options: RenderOptions): Renderer {
  const rendering: Rendering = { data: undefined, depth: 0 }
  const functions = functionsOf(options, rendering)
  const template = compiled(text, options, functions)
  return (data) => {
    rendering.data = data
    rendering.depth = 0
    try {
      return template.execute(data)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      const detail = (): string => describe(error, text)
      throw new InjectionError('template-failed', error.message, { cause: error, detail })
    }
  }
}

function compiled(
  text: string,
  { traits }: RenderOptions,
  functions: FunctionMap,
): ReturnType<typeof compileTemplate> {
  try {
    return compileTemplate(text, { name, delimiters: traits.delimiters, functions })
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const detail = (): string => describe(error, text)
    throw new SettingsError('template-invalid', error.message, { cause: error, detail })
  }
}

function functionsOf(options: RenderOptions, rendering: Rendering): FunctionMap {
  const { traits, mesh, environment } = options
  const istio = istioFunctions({
    noDuration: traits.functions.noDuration,
    foldsLines: traits.foldsLines,
    countsAllPorts: traits.functions.countsAllPorts,
    multusNamespaces: traits.functions.multusNamespaces,
    proxyConfigType: mesh.proxyType,
    builtInProxyConfig: traits.functions.omitsBuiltIn ? mesh.builtIn : undefined,
    environment,
  })
  const all = new Map([...shim, ...istio])
  if (!traits.functions.render) return all
  const functions = all
  return functions.set('render', renderFunction(options, functions, rendering))
}

/** The run that is under way: execution is synchronous, so there is one at a time. */
interface Rendering {
  data: Value
  depth: number
}

/** How far `render` may call itself. */
const maxDepth = 20

/** `render TEXT` (1.2 to 1.13): the text rendered with the template's own data, "" where that fails. */
function renderFunction(
  { traits }: RenderOptions,
  functions: FunctionMap,
  rendering: Rendering,
): ReturnType<typeof fn> {
  const cache = new TextCache<ReturnType<typeof compileTemplate>>(256 * 1024)
  const compile = (text: string): ReturnType<typeof compileTemplate> =>
    compileTemplate(text, { name, delimiters: traits.delimiters, functions })
  return fn(['string'], (text) => {
    if (rendering.depth >= maxDepth) return ''
    rendering.depth++
    try {
      return cache.get(text, compile).execute(rendering.data)
    } catch (error) {
      if (error instanceof TemplateError) return ''
      throw error
    } finally {
      rendering.depth--
    }
  })
}
