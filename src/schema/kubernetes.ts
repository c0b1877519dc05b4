import { composedType, renamed, structType } from './link.ts'
import { kubernetesNamed, kubernetesStructs, newestKubernetes } from './tables/kubernetes.ts'
import type { StructType, Type } from './types.ts'

/** The types of each minor asked for so far, by Go name. Types that nobody asks for are never made. */
const linked = new Map<number, Map<string, Type>>()

/**
 * The type by its Go name as a minor of Kubernetes has it, e.g. `v1.Container` or `[]v1.EnvVar`; the same object
 * each time. Names are Go's but for older group versions (`v1beta1.Deployment`) and OpenShift's types
 * (`openshift.DeploymentConfig`). Throws TypeError for a name that the tables lack.
 *
 * @param minor Default: the newest that the tables know.
 */
export function typeNamed(goName: string, minor: number = newestKubernetes): Type {
  let types = linked.get(minor)
  if (types === undefined) linked.set(minor, (types = new Map()))
  const known = types.get(goName)
  if (known !== undefined) return known
  const made = makeType(goName, minor)
  types.set(goName, made)
  return made
}

/** {@link typeNamed} for a struct. */
export function structNamed(goName: string, minor: number = newestKubernetes): StructType {
  const type = typeNamed(goName, minor)
  if (type.kind !== 'struct') throw new TypeError(`${goName} is no struct`)
  return type
}

/**
 * A struct that the tables do not have, over types that they have: rows are `GoName jsonName type flags`, for
 * example `Containers Containers []v1.Container omitempty`.
 */
export function defineStruct(
  goName: string,
  rows: readonly string[],
  minor: number = newestKubernetes,
): StructType {
  return structType(goName, rows, minor, (name) => typeNamed(name, minor))
}

function makeType(goName: string, minor: number): Type {
  const rows = kubernetesStructs[goName]
  if (rows !== undefined) return defineStruct(goName, rows, minor)
  const underlying = kubernetesNamed[goName]
  if (underlying !== undefined) return renamed(typeNamed(underlying, minor), goName)
  const composed = composedType(goName, (name) => typeNamed(name, minor))
  if (composed === undefined) throw new TypeError(`no type ${goName}`)
  return composed
}

/** `v1.Pod` of the newest Kubernetes. */
export const podType: StructType = structNamed('v1.Pod')

/** `v1.PodSpec` of the newest Kubernetes. */
export const podSpecType: StructType = structNamed('v1.PodSpec')

/** `v1.ObjectMeta` of the newest Kubernetes. */
export const objectMetaType: StructType = structNamed('v1.ObjectMeta')
