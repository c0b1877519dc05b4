import type { Facts } from './facts.ts'
import { labelsOf } from './selection.ts'

/** The AWS commands of remedies are printed, never run: nothing here calls AWS. */

/** `--region eu-west-1`, where the nodes tell it. */
function region({ nodes }: Facts): string {
  const found = [...nodes.values()].find((node) => node.region !== undefined)?.region
  return found === undefined ? '' : ` --region ${found}`
}

/** The name of the cluster where a label tells it (eksctl, Karpenter), else a word to replace. */
function clusterName({ nodes }: Facts): string {
  for (const { labels } of nodes.values()) {
    const name = labels['alpha.eksctl.io/cluster-name'] ?? labels['eks.amazonaws.com/cluster-name']
    if (name !== undefined) return name
  }
  return 'CLUSTER'
}

/** The port that must be open: that of the pods, whatever the Service calls it. */
export function podPort({ endpoints, probes }: Facts): number | undefined {
  return endpoints?.[0]?.port ?? probes[0]?.port
}

/** The EC2 instances under the injector's pods. */
function instancesOf({ pods, nodes }: Facts): readonly string[] {
  return [...new Set(pods.flatMap(({ node }) => nodes.get(node)?.instance ?? []))]
}

/** The rule of the security group, for the shell and for Terraform, and the way around it. */
export function openPort(facts: Facts): readonly string[] {
  const port = podPort(facts) ?? 9443
  const where = region(facts)
  const instances = instancesOf(facts).join(' ') || 'INSTANCE_OF_A_NODE'
  const query = `'Reservations[].Instances[].SecurityGroups[0].GroupId'`
  return [
    `Admit port ${port} from the control plane's security group to that of the nodes:`,
    `    SOURCE=$(aws eks describe-cluster${where} --name ${clusterName(facts)} --query cluster.resourcesVpcConfig.clusterSecurityGroupId --output text)`,
    `    TARGET=$(aws ec2 describe-instances${where} --instance-ids ${instances} --query ${query} --output text | cut -f1)`,
    `    aws ec2 authorize-security-group-ingress${where} --group-id "$TARGET" --protocol tcp --port ${port} --source-group "$SOURCE"`,
    'or, in module "eks" of Terraform:',
    `    node_security_group_additional_rules = { sidecar_injector = { type = "ingress", protocol = "tcp", from_port = ${port}, to_port = ${port}, source_cluster_security_group = true, description = "API server to the sidecar injector" } }`,
    ...(facts.target?.owner === 'ours' && port !== 10250
      ? [
          'or move the injector to port 10250, which AWS asks for anyway:',
          `    ${helmUpgrade(facts, 'eks.preset=aws-minimum')}`,
        ]
      : []),
  ]
}

/** The injector's release goes on with its values, and one more. */
export function helmUpgrade({ target, service }: Facts, value: string): string {
  const release = target === undefined ? undefined : labelsOf(target.object)['app.kubernetes.io/instance']
  const namespace = service?.namespace ?? 'NAMESPACE'
  return `helm upgrade ${release ?? 'RELEASE'} charts/eks-sidecar-injector --namespace ${namespace} --reuse-values --set ${value}`
}
