import { textAt } from '../../cluster/objects.ts'
import { helmUpgrade, podPort } from '../aws.ts'
import { knowsNodes, placeCalled } from '../between.ts'
import { readFault } from '../call-fault.ts'
import type { Facts } from '../facts.ts'
import { certain, probable, type Cause, type Found } from '../finding.ts'
import { configurationName, deploymentName, kubectl, podSelector, serviceName } from '../names.ts'
import { valueOf } from '../observations.ts'
import { lookAtUrl } from '../remedies.ts'
import { timeoutOf } from '../timeouts.ts'
import { told, toldOf } from '../told.ts'

/** Causes at the injector's port, and in the connections to it. */
export const connectionCauses: readonly Cause[] = [
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
        : timeoutOf('dead-connections')(facts),
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
    by: 'the canary is seen by a pod, or connections are taken, and the call times out; or some pods answer late and others not at all',
    find: timeoutOf('slow-server'),
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
    find: toldOf('broken', 'Connections to the injector break off before there is an answer'),
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
    find: toldOf('not-tls', "What answers on the injector's port speaks no TLS"),
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
    find: toldOf('tunnel', "The API server's tunnel to the nodes does not lead to the injector's pods"),
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
