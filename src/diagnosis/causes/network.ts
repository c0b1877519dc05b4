import { textAt } from '../../cluster/objects.ts'
import {
  branchGroup,
  describeCluster,
  helmUpgrade,
  openPort,
  openPortOtherwise,
  podPort,
  region,
} from '../aws.ts'
import { overlayLine, overlayOf, placeCalled, securityGroups } from '../between.ts'
import { readFault } from '../call-fault.ts'
import type { Facts } from '../facts.ts'
import { certain, probable, type Cause, type Found } from '../finding.ts'
import { configurationName, deploymentName, kubectl, podSelector, serviceName } from '../names.ts'
import { valueOf } from '../observations.ts'
import { told } from '../told.ts'
import { blockedPods, timeoutCause, type TimeoutCause } from '../timeouts.ts'

function found(id: TimeoutCause): (facts: Facts) => Found | undefined {
  return (facts) => {
    const cause = timeoutCause(facts)
    return cause?.cause === id ? cause : undefined
  }
}

const hostNetwork = (facts: Facts): readonly string[] => [
  'Have the injector on the network of the nodes, which the control plane reaches (it carries no CA and no keys but its own):',
  `    ${helmUpgrade(facts, 'eks.preset=overlay-cni')}`,
]

function offEks(facts: Facts): readonly string[] {
  const port = podPort(facts) ?? 9443
  return [
    `Admit TCP port ${port} from the machines of the API server to those of the pods, in every firewall between them.`,
    'From a machine of the control plane:',
    `    nc -vz ${facts.endpoints?.[0]?.address ?? 'POD_IP'} ${port}`,
  ]
}

/** Where a url is called, Services and pods are not on the way. */
function lookAtUrl(facts: Facts): readonly string[] {
  return [
    'What is called is the url of the webhook; see whether it is the one that is meant, and what answers there:',
    `    kubectl get mutatingwebhookconfiguration ${configurationName(facts)} -o jsonpath='{.webhooks[*].clientConfig.url}'`,
  ]
}

/** Causes between the API server and the injector's port. */
export const networkCauses: readonly Cause[] = [
  {
    id: 'port-blocked',
    summary: "a security group or a firewall drops what the API server sends to the pods' port",
    by: "time-outs of the call and of the API server's proxy, while pods are ready",
    find: found('port-blocked'),
    remedy: (facts) => {
      if (facts.webhook?.url !== undefined) return lookAtUrl(facts)
      return facts.isEks ? [...openPort(facts), ...openPortOtherwise(facts)] : offEks(facts)
    },
  },
  {
    id: 'network-policy',
    summary: "a NetworkPolicy of the injector's namespace does not admit the API server, which is no pod",
    by: "time-outs, and policies that select the injector's pods",
    find: found('network-policy'),
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
    find: found('security-groups-for-pods'),
    remedy: (facts) => [
      "Leave the injector's pods out of the SecurityGroupPolicy, or give its group this rule:",
      ...openPort(facts, { group: securityGroups(facts)[0] ?? branchGroup(facts) }),
    ],
  },
  {
    id: 'some-nodes-blocked',
    summary: 'some nodes have another security group, so that every other call fails',
    by: "the API server's proxy reaches some of the injector's pods and others not",
    find: found('some-nodes-blocked'),
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
      return found('overlay-network')(facts)
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
      if (facts.fault?.kind !== 'no-route' || hybrid === undefined) return found('hybrid-nodes')(facts)
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
  {
    id: 'port-closed',
    summary: 'nothing listens on the port that the Service leads to',
    by: "`connection refused` to the call, or to the API server's proxy at some of the pods, while the Service has endpoints",
    find: (facts) => {
      if (fargatePort(facts) !== undefined) return undefined
      const args = facts.pods.flatMap((pod) => pod.args.filter((arg) => arg.startsWith('--port=')))
      const says = args.length > 0 ? [`the pods are told ${[...new Set(args)].join(', ')}`] : []
      const closed = closedPods(facts)
      const isTold = facts.fault?.kind === 'refused'
      if (!isTold && closed.lines.length === 0) return undefined
      const some = `port ${podPort(facts) ?? ''} of pod ${closed.names.join(', ')}`
      const title = `Nothing listens on ${closed.isSome ? some : placeCalled(facts)}`
      const found = knowsNodes(facts) ? certain : probable
      return found(title, ...(isTold ? [told(facts)] : []), ...closed.lines, ...says)
    },
    remedy: (facts) =>
      facts.webhook?.url !== undefined
        ? lookAtUrl(facts)
        : [
            'targetPort of the Service, containerPort and --port of the Deployment must be the same:',
            `    ${kubectl(facts)} get service ${serviceName(facts)} -o jsonpath='{.spec.ports}'`,
            `    ${kubectl(facts)} get pods${podSelector(facts)} -o jsonpath='{.items[*].spec.containers[*].args}'`,
          ],
  },
  {
    id: 'fargate-injector',
    summary:
      'the injector runs on Fargate with what Fargate does not have: port 10250 or the network of the node',
    by: "the pods' nodes are Fargate's, or an Event of Fargate about the pods",
    find: (facts) => fargatePort(facts) ?? fargateEvent(facts),
    consequences: ['no-endpoints', 'injector-unschedulable'],
    remedy: (facts) => ['Take the preset for Fargate:', `    ${helmUpgrade(facts, 'eks.preset=fargate')}`],
  },
  {
    id: 'dead-connections',
    summary: 'the API server goes on calling on connections whose node is gone',
    by: "time-outs of the call, while every pod answers the API server's proxy and none has seen the canary; `http2: client connection lost`",
    find: (facts) =>
      facts.fault?.kind === 'lost'
        ? probable('The API server calls on connections whose other end is gone', told(facts))
        : found('dead-connections')(facts),
    remedy: (facts) => [
      "Restart the injector's pods, so that calls take new connections:",
      `    ${kubectl(facts)} rollout restart deployment ${deploymentName(facts)}`,
      ...(facts.target?.owner === 'istio'
        ? [
            'API servers before 1.17 and servers with HTTP/2 notice it after 15 minutes; this injector speaks HTTP/1.1 only, for that reason.',
          ]
        : []),
    ],
  },
  {
    id: 'slow-server',
    summary: 'the injector gets the calls and answers too late',
    by: 'the canary is seen by a pod, or connections are taken, and the call times out',
    find: found('slow-server'),
    remedy: (facts) => [
      'Look whether the pods are throttled or starved, and give them more, or more of them (values resources, replicas):',
      `    ${kubectl(facts)} top pods${podSelector(facts)}`,
      `    ${kubectl(facts)} logs deployment/${deploymentName(facts)} --since=10m | grep '"ms"'`,
      `The API server waits for ${facts.webhook?.timeoutSeconds ?? 10} s (timeoutSeconds).`,
    ],
  },
  {
    id: 'connection-broken',
    summary: 'connections to the injector break off',
    by: '`EOF`, `connection reset by peer`, `GOAWAY`, `stream error`, TLS alerts',
    find: (facts) =>
      facts.fault?.kind === 'broken'
        ? certain('Connections to the injector break off before there is an answer', told(facts))
        : undefined,
    remedy: (facts) => [
      "Something between ends them (a load balancer, a sidecar in the injector's own pods), or the process ends:",
      `    ${kubectl(facts)} get pods${podSelector(facts)} -o wide`,
      `    ${kubectl(facts)} logs deployment/${deploymentName(facts)} --previous`,
    ],
  },
  {
    id: 'not-tls',
    summary: 'what answers on the port speaks no TLS',
    by: '`server gave HTTP response to HTTPS client`, `first record does not look like a TLS handshake`',
    find: (facts) =>
      facts.fault?.kind === 'not-tls'
        ? certain("What answers on the injector's port speaks no TLS", told(facts))
        : undefined,
    remedy: (facts) => [
      "The Service leads to another port than the webhook's, such as that of the metrics:",
      `    ${kubectl(facts)} get service ${serviceName(facts)} -o jsonpath='{.spec.ports}'`,
    ],
  },
  {
    id: 'tunnel-broken',
    summary:
      'the API server reaches nodes by a tunnel (konnectivity on GKE and AKS, that of k3s and RKE2), which does not lead to the pods',
    by: '`proxy error from … while dialing`, `No agent available`, `No SSH tunnels currently open`',
    find: (facts) =>
      facts.fault?.kind === 'tunnel'
        ? certain("The API server's tunnel to the nodes does not lead to the injector's pods", told(facts))
        : undefined,
    remedy: () => [
      'See whether its agents are well, and on which nodes (konnectivity-agent; of k3s and RKE2 the agent itself):',
      '    kubectl -n kube-system get pods -o wide | grep -E "konnectivity|tunnelfront|aks-link"',
      '    kubectl get nodes -o wide',
    ],
  },
  {
    id: 'name-unresolved',
    summary: 'the API server cannot look up the name that the webhook is called by',
    by: '`no such host`, `server misbehaving`, `dial tcp: lookup`',
    find: (facts) => {
      if (facts.fault?.kind !== 'name-lookup') return undefined
      const { webhook, fault } = facts
      const called = webhook?.url ?? fault.host
      return certain(`The API server cannot look up the host of ${called}`, told(facts))
    },
    remedy: (facts) => [
      "The API server asks its machine's name servers, not the cluster's: a url wants a name that those know; a Service is named by clientConfig.service, and is no ExternalName:",
      `    kubectl get mutatingwebhookconfiguration ${configurationName(facts)} -o jsonpath='{.webhooks[*].clientConfig}'`,
    ],
  },
]

/** The pods that are ready, and at which the API server's own proxy finds nobody. */
function closedPods({ probes }: Facts): {
  readonly names: readonly string[]
  readonly lines: readonly string[]
  readonly isSome: boolean
} {
  const ready = probes.filter((probe) => probe.ready)
  const closed = ready.flatMap(({ pod, port, byApiServer }) => {
    const reached = valueOf(byApiServer)
    // The same words of a proxy or a tunnel are about these.
    if (reached === undefined || reached.reached || readFault(reached.error).kind !== 'refused') return []
    return [{ pod, line: `the API server's proxy finds port ${port} of pod ${pod} closed: ${reached.error}` }]
  })
  return {
    names: closed.map(({ pod }) => pod),
    lines: closed.map(({ line }) => line),
    isSome: closed.length > 0 && closed.length < ready.length,
  }
}

/** Which kind of nodes the pods are on, on which the same words mean something else. */
function knowsNodes({ seen, pods, nodes, endpoints }: Facts): boolean {
  if (endpoints === undefined || valueOf(seen.pods) === undefined) return false
  return pods.every(({ node }) => nodes.has(node))
}

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

/** The kubelet has port 10250 of a Fargate node, which the pod shares. */
function fargatePort(facts: Facts): Found | undefined {
  const pod = facts.pods.find(({ node }) => facts.nodes.get(node)?.isFargate === true)
  const port = podPort(facts)
  if (pod === undefined || port !== 10250) return undefined
  const title = "The injector runs on Fargate with port 10250, which is the kubelet's there"
  return certain(
    title,
    `pod ${pod.name} is on ${pod.node}`,
    ...(facts.fault === undefined ? [] : [told(facts)]),
  )
}

const unsupported = /not supported on Fargate/i

function fargateEvent({ seen, pods }: Facts): Found | undefined {
  const event = (valueOf(seen.events) ?? []).find((each) => {
    const about = textAt(each['involvedObject'] ?? each['regarding'], 'name')
    return unsupported.test(textAt(each, 'message') ?? '') && pods.some(({ name }) => name === about)
  })
  if (event === undefined) return undefined
  return probable(
    "Fargate does not take the injector's pods as they are",
    `an Event says: ${textAt(event, 'message')}`,
  )
}
