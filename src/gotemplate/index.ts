/**
 * Go's text/template, as of Go 1.26, over the values of values.ts.
 *
 *     const template = compileTemplate('Hello {{ .name | printf "%q" }}', { name: 'greeting', functions: new Map() })
 *     template.execute({ name: 'you' }) // Hello "you"
 */
export { describe, TemplateError, TextLimitError, type TemplateErrorCode } from './errors.ts'
export { sprint, sprintln, sprintOne } from './format.ts'
export { defaultLimits, type Limits } from './limits.ts'
export type * from './nodes.ts'
export { nodeText } from './node-text.ts'
export { sprintf } from './printf.ts'
export { compileTemplate, type Template, type TemplateOptions, type Trace } from './template.ts'
export { truth } from './truth.ts'
export { goComplex, goMap, goNil, goScalar, goSlice, type PlainKey } from './typed.ts'
export { integerOf, isPointer, isScalar, typeText } from './types.ts'
export * from './values.ts'
