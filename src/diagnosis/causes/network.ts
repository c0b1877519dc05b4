import { textAt } from '../../cluster/objects.ts'
import { branchGroup, describeCluster, helmUpgrade, openPort, openPortOtherwise, region } from '../aws.ts'
import { knowsNodes, overlayLine, overlayOf, securityGroups } from '../between.ts'
import type { Facts } from '../facts.ts'
import { certain, probable, type Cause } from '../finding.ts'
import { valueOf } from '../observations.ts'
import { hostNetwork, lookAtUrl, offEks } from '../remedies.ts'
import { blockedPods, timeoutOf } from '../timeouts.ts'
import { told } from '../told.ts'

/** Causes on the way from the API server to the injector's pods. */
export const networkCauses: readonly Cause[] = [
  {
    id: 'port-blocked',
    summary: "a security group or a firewall drops what the API server sends to the pods' port",
    by: "time-outs of the call and of the API server's proxy, while pods are ready",
    find: timeoutOf('port-blocked'),
    remedy: (facts) => {
      if (facts.webhook?.url !== undefined) return lookAtUrl(facts)
      return facts.isEks ? [...openPort(facts), ...openPortOtherwise(facts)] : offEks(facts)
    },
  },
  {
    id: 'network-policy',
    summary: "a NetworkPolicy of the injector's namespace does not admit the API server, which is no pod",
    by: "time-outs, and policies that select the injector's pods",
    find: timeoutOf('network-policy'),
    remedy: (facts) => [
      "Admit the webhook's port from everywhere, or from the addresses of the control plane; the chart has such a policy:",
      `    ${helmUpgrade(facts, 'networkPolicy.enabled=true')}`,
    ],
  },
  {
    id: 'security-groups-for-pods',
    summary:
      "the injector's pods have security groups of their own (branch interfaces), without the control plane",
    by: 'time-outs, and annotation `vpc.amazonaws.com/pod-eni` or a SecurityGroupPolicy that selects the pods',
    find: timeoutOf('security-groups-for-pods'),
    remedy: (facts) => [
      "Leave the injector's pods out of the SecurityGroupPolicy, or give its group this rule:",
      ...openPort(facts, { group: securityGroups(facts)[0] ?? branchGroup(facts) }),
    ],
  },
  {
    id: 'some-nodes-blocked',
    summary: 'some nodes have another security group, so that every other call fails',
    by: "the API server's proxy reaches some of the injector's pods and others not",
    find: timeoutOf('some-nodes-blocked'),
    remedy: (facts) => [
      'Give the nodes of both kinds the same rules (Karpenter: securityGroupSelectorTerms of the EC2NodeClass), or keep the injector from those that are closed (values nodeSelector, affinity).',
      ...(facts.isEks ? openPort(facts, { pods: blockedPods(facts) }) : offEks(facts)),
    ],
  },
  {
    id: 'overlay-network',
    summary:
      "pods have addresses of an overlay network (Calico, Cilium, Weave), which EKS's control plane has no way to",
    by: '`Address is not allowed`, or time-outs on EKS with such a DaemonSet and without aws-node',
    find: (facts) => {
      const overlay = overlayOf(facts)
      if (facts.fault?.kind === 'address-not-allowed') {
        if (customNetworking(facts) !== undefined) return undefined
        const title = "The control plane has no way to the addresses of the injector's pods"
        return overlay === undefined
          ? probable(title, told(facts))
          : certain(title, told(facts), overlayLine(overlay))
      }
      return timeoutOf('overlay-network')(facts)
    },
    remedy: hostNetwork,
  },
  {
    id: 'custom-networking',
    summary:
      'pods have addresses of a secondary CIDR block (custom networking, 100.64.0.0/16), which the control plane does not know (yet)',
    by: '`Address is not allowed`, and ENIConfigs or aws-node are there',
    find: (facts) => {
      const why = customNetworking(facts)
      if (facts.fault?.kind !== 'address-not-allowed' || why === undefined) return undefined
      const title =
        "The control plane does not know the addresses of the injector's pods, which are not of the VPC's first block"
      return { certainty: why.sure ? 'certain' : 'probable', title, evidence: [told(facts), why.line] }
    },
    remedy: (facts) => [
      'Blocks that were added to the VPC are made known to the control plane with a delay of some hours; see whether they are there:',
      `    VPC=$(${describeCluster(facts)} --query cluster.resourcesVpcConfig.vpcId --output text)`,
      `    aws ec2 describe-vpcs${region(facts)} --vpc-ids "$VPC" --query 'Vpcs[].CidrBlockAssociationSet'`,
      ...hostNetwork(facts),
    ],
  },
  {
    id: 'hybrid-nodes',
    summary: 'the injector runs on hybrid nodes, whose pod network the control plane has no way to',
    by: "`no route to host` or time-outs, and the pods' nodes are hybrid ones",
    find: (facts) => {
      const hybrid = facts.pods.find(({ node }) => facts.nodes.get(node)?.isHybrid === true)
      if (facts.fault?.kind !== 'no-route' || hybrid === undefined) return timeoutOf('hybrid-nodes')(facts)
      const title = 'The control plane does not reach pods on hybrid nodes'
      return certain(title, told(facts), `pod ${hybrid.name} is on ${hybrid.node}, a hybrid node`)
    },
    remedy: (facts) => [
      'Have the injector on nodes in the cloud, as AWS recommends for webhooks, or give the cluster a remote pod network:',
      `    ${helmUpgrade(facts, 'eks.preset=hybrid')}`,
    ],
  },
  {
    id: 'no-route',
    summary: 'there is no route from the API server to the pods',
    by: '`no route to host`, `network is unreachable`',
    find: (facts) => {
      const isHybrid = facts.pods.some(({ node }) => facts.nodes.get(node)?.isHybrid === true)
      if (facts.fault?.kind !== 'no-route' || isHybrid) return undefined
      const title = "There is no route from the API server to the injector's pods"
      return (knowsNodes(facts) ? certain : probable)(title, told(facts))
    },
    remedy: (facts) => [
      'A firewall refuses, or the node is gone and its pods are not yet: look at the node of the pod.',
      ...(facts.isEks ? [...openPort(facts), ...openPortOtherwise(facts)] : offEks(facts)),
    ],
  },
]

/** ENIConfigs are custom networking; 100.64.0.0/10 is what is used for it; aws-node alone says that pods have addresses of the VPC. */
function customNetworking(facts: Facts): { readonly sure: boolean; readonly line: string } | undefined {
  const configs = valueOf(facts.seen.eniConfigs) ?? []
  const shared = facts.pods.find(({ address }) => /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(address))
  const names = (valueOf(facts.seen.daemonSets) ?? []).map((each) => textAt(each['metadata'], 'name'))
  if (configs.length > 0) {
    const line = `ENIConfig ${configs.map((each) => textAt(each['metadata'], 'name')).join(', ')} gives pods addresses of other subnets`
    return { sure: true, line }
  }
  if (!names.includes('aws-node')) return undefined
  if (shared !== undefined)
    return { sure: true, line: `pod ${shared.name} has address ${shared.address}, of 100.64.0.0/10` }
  return {
    sure: false,
    line: 'aws-node gives pods addresses of the VPC; its block may have been added after the cluster was made',
  }
}
