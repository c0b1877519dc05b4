import { fn } from '../functions/define.ts'
import {
  compileTemplate,
  describe,
  TemplateError,
  type FunctionMap,
  type GoStruct,
  type Template,
  type Trace,
  type Value,
} from '../gotemplate/index.ts'
import { TextCache } from './cache.ts'
import { InjectionError, SettingsError } from './errors.ts'
import { templateFunctions, type RenderOptions } from './template-functions.ts'
import type { Watch } from './watched-pod.ts'

/** A text that a template gave for one pod. */
export interface Rendering {
  readonly trace: Trace
  /** Renderings of one shape differ in their holes only. */
  readonly shape: string
}

/**
 * Renders one template of the injector config. `watch` is told where the text depends on time or chance. Throws
 * InjectionError `template-failed`.
 */
export type Renderer = (data: GoStruct, watch: Watch | undefined) => Rendering

/** Fields of templates' data that are the same for every pod, or for every pod whose ProxyConfig is the usual one. */
export interface KnownData {
  readonly always: Readonly<Record<string, Value>>
  readonly usualProxyConfig: Value
}

/** Istio names every template `inject`, so that is how errors begin. */
const name = 'inject'

/**
 * Compiles a template once. What depends on settings only is worked out now, for pods with the usual ProxyConfig
 * apart. `place` is where the config has it, such as
 * `templates.sidecar`, for errors: all templates are called inject. Throws SettingsError `template-invalid`.
 */
export function compileRenderer(
  text: string,
  options: RenderOptions,
  known: KnownData,
  place = '',
): Renderer {
  const rendering: Current = { data: null, watch: undefined, depth: 0 }
  const functions = functionsOf(options, rendering)
  const compile = (fields: Readonly<Record<string, Value>>): Template =>
    compiled({ text, place }, options, functions, new Map(Object.entries(fields)))
  const usual = compile({ ...known.always, ProxyConfig: known.usualProxyConfig })
  let other: Template | undefined
  return (data, watch) => {
    rendering.data = data
    rendering.watch = watch
    rendering.depth = 0
    const isUsual = data.field('ProxyConfig') === known.usualProxyConfig
    const template = isUsual ? usual : (other ??= compile(known.always))
    const trace = traced(template, data, text)
    return { trace, shape: (isUsual ? 'u' : 'o') + trace.path }
  }
}

function traced(template: Template, data: Value, text: string): Trace {
  try {
    return template.trace(data)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const detail = (): string => describe(error, text)
    throw new InjectionError('template-failed', error.message, { cause: error, detail })
  }
}

function compiled(
  { text, place }: { readonly text: string; readonly place: string },
  { traits }: RenderOptions,
  functions: FunctionMap,
  known: ReadonlyMap<string, Value>,
): Template {
  try {
    return compileTemplate(text, { name, delimiters: traits.delimiters, functions, known })
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const prefix = place === '' ? '' : `${place}: `
    const detail = (): string => prefix + describe(error, text)
    throw new SettingsError('template-invalid', prefix + error.message, { cause: error, detail })
  }
}

function functionsOf(options: RenderOptions, rendering: Current): FunctionMap {
  const functions = templateFunctions(options, () => rendering.watch?.())
  if (!options.traits.functions.render) return functions
  return functions.set('render', renderFunction(options, functions, rendering))
}

/** The run that is under way: execution is synchronous, so there is one at a time. */
interface Current {
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
  rendering: Current,
): ReturnType<typeof fn> {
  const cache = new TextCache<Template>(256 * 1024)
  const compile = (text: string): Template =>
    compileTemplate(text, { name, delimiters: traits.delimiters, functions })
  const render = fn(['string'], (text) => {
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
  return { ...render, isVolatile: true }
}
