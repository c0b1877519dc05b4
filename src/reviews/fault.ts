import { TemplateError } from '../gotemplate/index.ts'
import { describe, YamlError } from '../goyaml/index.ts'
import type { InjectionError } from '../injection/errors.ts'
import type { Rendered } from './rendered.ts'

/** Why a pod could not be injected, and where that is. */
export interface Fault {
  /** The message; with the source line and a caret where there is one. */
  readonly detail: string
  /** The text that line and column are of; undefined where the fault has no place. */
  readonly source: 'template' | 'rendered' | undefined
  /** From 1. */
  readonly line: number
}

/** What is wrong, in the template or in the last text that it rendered. */
export function faultOf(error: InjectionError, rendered: readonly Rendered[]): Fault {
  const inTemplate = causeOf(error, TemplateError)
  if (inTemplate !== undefined) {
    const isPlaced = inTemplate.line > 0
    return {
      detail: error.detail,
      source: isPlaced ? 'template' : undefined,
      line: isPlaced ? inTemplate.line : 0,
    }
  }
  const inYaml = error.code === 'overlay-invalid' ? causeOf(error, YamlError) : undefined
  const text = rendered.at(-1)?.text
  if (inYaml === undefined || text === undefined || inYaml.line === 0) {
    return { detail: error.detail, source: undefined, line: 0 }
  }
  const [, ...excerpt] = describe(inYaml, text).split('\n')
  return { detail: [error.detail, ...excerpt].join('\n'), source: 'rendered', line: inYaml.line }
}

/** The error of a class among the causes of another. */
function causeOf<T extends Error>(error: Error, type: abstract new (...args: never[]) => T): T | undefined {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof type) return cause
  }
  return undefined
}
