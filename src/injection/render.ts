import { fn } from '../functions/define.ts'
import {
  compileTemplate,
  describe,
  TemplateError,
  type FunctionMap,
  type Value,
} from '../gotemplate/index.ts'
import { TextCache } from './cache.ts'
import { InjectionError, SettingsError } from './errors.ts'
import { templateFunctions, type RenderOptions } from './template-functions.ts'
import type { Watch } from './watched-pod.ts'

/**
 * Renders one template of the injector config. `watch` is told where the text depends on time or chance. Throws
 * InjectionError `template-failed`.
 */
export type Renderer = (data: Value, watch: Watch | undefined) => string

/** Istio names every template `inject`, so that is how errors begin. */
const name = 'inject'

/** Compiles a template once. Throws SettingsError `template-invalid`. */
export function compileRenderer(text: string, options: RenderOptions): Renderer {
  const rendering: Rendering = { data: null, watch: undefined, depth: 0 }
  const functions = functionsOf(options, rendering)
  const template = compiled(text, options, functions)
  return (data, watch) => {
    Object.assign(rendering, { data, watch, depth: 0 })
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
  const functions = templateFunctions(options, () => rendering.watch?.())
  if (!options.traits.functions.render) return functions
  return functions.set('render', renderFunction(options, functions, rendering))
}

/** The run that is under way: execution is synchronous, so there is one at a time. */
interface Rendering {
  data: Value
  watch: Watch | undefined
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
