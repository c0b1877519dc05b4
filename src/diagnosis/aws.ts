import { objectAt, textAt } from '../cluster/objects.ts'
import { isObject, type Json } from '../golang/json-value.ts'
import type { Facts } from './facts.ts'
import { valueOf } from './observations.ts'
import { labelsOf } from './selection.ts'
import type { InjectorPod } from './workload.ts'

/** The AWS commands of remedies are printed, never run: nothing here calls AWS. */

/** `https://ABC.gr7.eu-west-1.eks.amazonaws.com` and the like in China and elsewhere; the address of a pod's view tells nothing. */
const eksServer = /^https:\/\/[^/]*\.([a-z]{2}(?:-[a-z]+)+-\d)\.eks\.(?:amazonaws\.|api\.aws)/

/** ` --region eu-west-1`, where the kubeconfig, nodes or the address of the API server tell it. */
export function region({ nodes, seen }: Facts): string {
  const found =
    seen.eks?.region ??
    [...nodes.values()].find((node) => node.region !== undefined)?.region ??
    eksServer.exec(seen.server)?.[1]
  return found === undefined ? '' : ` --region ${found}`
}

/** The name of the cluster where the kubeconfig or a node tells it (eksctl, Karpenter, hybrid nodes), else a word to replace. */
export function clusterName({ nodes, seen }: Facts): string {
  if (seen.eks?.cluster !== undefined) return seen.eks.cluster
  for (const { labels, hybridCluster } of nodes.values()) {
    const name =
      labels['alpha.eksctl.io/cluster-name'] ?? labels['eks.amazonaws.com/cluster-name'] ?? hybridCluster
    if (name !== undefined) return name
  }
  return 'CLUSTER'
}

/** The port that must be open: that of the pods, whatever the Service calls it. */
export function podPort({ endpoints, probes, webhook }: Facts): number | undefined {
  return webhook?.url === undefined ? (endpoints?.[0]?.port ?? probes[0]?.port) : urlPort(webhook.url)
}

/** 443 where it does not say. */
function urlPort(url: string): number {
  return Number(/^https:\/\/(?:\[[^\]]*\]|[^/:]*):(\d+)/.exec(url)?.[1] ?? 443)
}

/** `aws eks describe-cluster --region eu-west-1 --name shop` */
export function describeCluster(facts: Facts): string {
  return `aws eks describe-cluster${region(facts)} --name ${clusterName(facts)}`
}

export interface OpenPortOptions {
  /** Whose nodes are closed. Default: all pods of the injector. */
  readonly pods?: readonly InjectorPod[] | undefined
  /** The closed group itself, where it is known. */
  readonly group?: string | undefined
}

/** The rule of the security group, for the shell. */
export function openPort(facts: Facts, options: OpenPortOptions = {}): readonly string[] {
  const port = podPort(facts) ?? 9443
  const ingress = `aws ec2 authorize-security-group-ingress${region(facts)} --group-id "$TARGET" --protocol tcp --port ${port} --source-group "$SOURCE"`
  return [
    `Admit port ${port} from the control plane's security group to that of the pods:`,
    `    SOURCE=$(${describeCluster(facts)} --query cluster.resourcesVpcConfig.clusterSecurityGroupId --output text)`,
    `    TARGET=${options.group ?? closedGroup(facts, options.pods ?? facts.pods)}`,
    `    ${ingress}`,
  ]
}

/** The same with Terraform, and the way around it. */
export function openPortOtherwise(facts: Facts): readonly string[] {
  const port = podPort(facts) ?? 9443
  return [
    'or, in module "eks" of Terraform:',
    `    node_security_group_additional_rules = { sidecar_injector = { type = "ingress", protocol = "tcp", from_port = ${port}, to_port = ${port}, source_cluster_security_group = true, description = "API server to the sidecar injector" } }`,
    ...(facts.target?.owner === 'ours' && port !== 10250 && !isOnFargate(facts)
      ? [
          'or move the injector to port 10250, which AWS asks for anyway:',
          `    ${helmUpgrade(facts, 'eks.preset=aws-minimum')}`,
        ]
      : []),
  ]
}

function isOnFargate({ pods, nodes }: Facts): boolean {
  return pods.some(({ node }) => nodes.get(node)?.isFargate === true)
}

/** Pods have the first group of their node; on Fargate, that of the cluster. */
function closedGroup(facts: Facts, pods: readonly InjectorPod[]): string {
  if (pods.length > 0 && pods.every(({ node }) => facts.nodes.get(node)?.isFargate === true)) {
    return '"$SOURCE"'
  }
  const under = pods.flatMap(({ node }) => facts.nodes.get(node)?.instance ?? [])
  const any = [...facts.nodes.values()].flatMap(({ instance }) => instance ?? [])
  const instances = [...new Set(under.length > 0 ? under : any.slice(0, 1))].join(' ')
  const query = `'Reservations[].Instances[].SecurityGroups[0].GroupId'`
  return `$(aws ec2 describe-instances${region(facts)} --instance-ids ${instances || 'INSTANCE_OF_A_NODE'} --query ${query} --output text | cut -f1)`
}

/** The group of a pod's branch interface, by what the VPC's resource controller has written on the pod. */
export function branchGroup(facts: Facts): string | undefined {
  for (const { object } of facts.pods) {
    const text = textAt(objectAt(object['metadata'], 'annotations'), 'vpc.amazonaws.com/pod-eni')
    const id = text === undefined ? undefined : firstInterface(text)
    if (id !== undefined) {
      return `$(aws ec2 describe-network-interfaces${region(facts)} --network-interface-ids ${id} --query 'NetworkInterfaces[0].Groups[0].GroupId' --output text)`
    }
  }
  return undefined
}

/** Of `[{"eniId":"eni-0aa…","vlanId":1}]` */
function firstInterface(text: string): string | undefined {
  try {
    const parsed: Json = JSON.parse(text)
    const [first] = Array.isArray(parsed) ? parsed : []
    const id = isObject(first) ? textAt(first, 'eniId') : undefined
    return id !== undefined && /^eni-[0-9a-f]+$/.test(id) ? id : undefined
  } catch {
    return undefined
  }
}

/** The next minor version, which is as far as EKS goes in one step. */
export function nextMinor({ gitVersion }: Facts): string {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? []
  return major === undefined || minor === undefined ? 'VERSION' : `${major}.${Number(minor) + 1}`
}

/**
 * Our release goes on with its values, and one more. Where it is Istio's own injector that is looked into, ours is yet to be installed: a
 * release of Istio's must not be upgraded to our chart.
 */
export function helmUpgrade({ target, service, seen }: Facts, value: string): string {
  const chart = 'charts/eks-sidecar-injector'
  if (target !== undefined && target.owner !== 'ours') {
    return `helm install eks-sidecar-injector ${chart} --namespace sidecar-injector --create-namespace --wait --set image.repository=REGISTRY/eks-sidecar-injector --set ${value}`
  }
  const deployment = valueOf(seen.deployments)?.[0]
  const release =
    releaseOf(target === undefined ? {} : labelsOf(target.object)) ??
    releaseOf(deployment === undefined ? {} : labelsOf(deployment))
  return `helm upgrade ${release ?? 'RELEASE'} ${chart} --namespace ${service?.namespace ?? 'NAMESPACE'} --reset-then-reuse-values --set ${value}`
}

function releaseOf(labels: Readonly<Record<string, string>>): string | undefined {
  return labels['app.kubernetes.io/instance']
}
