/**
 * The brand of values that have a Go type of their own; its value is reflect's Kind of that type, pointers looked
 * through. Both the template engine and the views of Kubernetes' and Istio's types use it, so it lives in the leaf.
 */
export const goKind: unique symbol = Symbol.for('gotemplate.kind')
