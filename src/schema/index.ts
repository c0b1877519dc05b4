// Go's types of a Pod, of the workloads and of Istio's mesh config as tables, and what works on plain JSON by them.
export { SchemaError, type SchemaErrorCode } from './errors.ts'
export { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
export type { Field, MapType, ScalarType, SliceType, StructType, Type } from './types.ts'
export { defineStruct, objectMetaType, podSpecType, podType, structNamed, typeNamed } from './kubernetes.ts'
export { workloadType, type WorkloadOptions } from './workloads.ts'

export { deepFreeze } from './frozen.ts'
export { check } from './check.ts'
export { decode, type DecodeOptions } from './decode.ts'
export { yamlTarget, type YamlTarget } from './yaml-target.ts'
export { marshal, marshalRaw } from './marshal.ts'
export { complete } from './complete.ts'
export { abridge } from './abridge.ts'
export { writtenValue, type WriteOptions } from './written.ts'
export { strategicMerge, type MergeOptions } from './strategic-merge.ts'
export { structView } from './struct-view.ts'
export { isJsonView, type JsonView } from './view.ts'

export {
  meshConfigType,
  messageNamed,
  proxyConfigType,
  type EnumType,
  type MessageField,
  type MessageType,
  type MessageValueType,
} from './messages.ts'
export { readMessage, type ReadOptions } from './message-read.ts'
export { marshalMessage, withoutZeros } from './message-write.ts'
export { MessageView, messageView } from './message-view.ts'
