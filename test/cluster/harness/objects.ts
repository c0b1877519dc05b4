/* What the tests and the kubelet of the harness look at in Kubernetes' objects; everything else stays in the JSON. */

export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly generateName?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly managedFields?: readonly { readonly manager: string; readonly operation: string }[]
}

export interface KubernetesObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: Metadata
}

export interface List<T> {
  readonly items: readonly T[]
}

export interface KeyReference {
  readonly name: string
  readonly key: string
  readonly optional?: boolean
}

export interface EnvironmentVariable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string }
    readonly resourceFieldRef?: { readonly resource: string; readonly divisor?: string }
    readonly secretKeyRef?: KeyReference
    readonly configMapKeyRef?: KeyReference
  }
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string; readonly scheme?: string }
  readonly initialDelaySeconds?: number
  readonly periodSeconds?: number
  readonly timeoutSeconds?: number
  readonly failureThreshold?: number
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly EnvironmentVariable[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly volumeMounts?: readonly {
    readonly name: string
    readonly mountPath: string
    readonly readOnly?: boolean
  }[]
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> }
  readonly restartPolicy?: string
  readonly securityContext?: { readonly runAsUser?: number; readonly readOnlyRootFilesystem?: boolean }
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
}

export interface KeyToPath {
  readonly key: string
  readonly path: string
}

export interface ProjectedSource {
  readonly serviceAccountToken?: {
    readonly path: string
    readonly audience?: string
    readonly expirationSeconds?: number
  }
  readonly configMap?: {
    readonly name: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
  }
  readonly secret?: {
    readonly name: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
  }
  readonly downwardAPI?: {
    readonly items: readonly { readonly path: string; readonly fieldRef: { readonly fieldPath: string } }[]
  }
}

export interface Volume {
  readonly name: string
  readonly emptyDir?: object
  readonly secret?: {
    readonly secretName: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
  }
  readonly configMap?: {
    readonly name: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
  }
  readonly projected?: { readonly sources: readonly ProjectedSource[] }
}

export interface PodSpec {
  readonly nodeName?: string
  readonly serviceAccountName?: string
  readonly hostNetwork?: boolean
  readonly restartPolicy?: string
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly volumes?: readonly Volume[]
  readonly securityContext?: { readonly runAsUser?: number }
}

export interface Pod extends KubernetesObject {
  readonly spec: PodSpec
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

/** Data of a ConfigMap, or of a Secret, whose values are base64. */
export interface DataObject extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

export interface Deployment extends KubernetesObject {
  readonly spec: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly readyReplicas?: number
    readonly updatedReplicas?: number
    readonly replicas?: number
  }
}

/** Whether the Ready condition of a pod is true. */
export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}
