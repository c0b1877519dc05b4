import { listAt, textAt } from '../../cluster/objects.ts'
import type { Facts } from '../facts.ts'
import { servicePort } from '../facts.ts'
import { certain, type Cause } from '../finding.ts'
import { serviceKey } from '../injectors.ts'
import { numberAt, textsAt } from '../members.ts'
import { deploymentName, kubectl, podSelector } from '../names.ts'
import { region } from '../aws.ts'
import { valueOf } from '../observations.ts'
import { isRecent } from '../path-fault.ts'
import { told } from '../told.ts'

/** Waiting reasons of the kubelet for images that it cannot get. */
const imageReasons = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'])

/** Causes in the injector's Service and pods. */
export const endpointCauses: readonly Cause[] = [
  {
    id: 'service-port',
    summary: 'the Service has no port of the number that the webhook names, or is of a type that has none',
    by: '`no service port … found for service`, or the ports of the Service',
    find: (facts) => {
      const { service, serviceObject, fault } = facts
      if (service === undefined) return undefined
      const isTold = fault?.kind === 'service-port' || fault?.kind === 'service-type'
      const lacks =
        serviceObject !== null &&
        serviceObject !== undefined &&
        servicePort(serviceObject, service.port) === undefined
      if (!isTold && !lacks) return undefined
      const ports = listAt(specOf(serviceObject), 'ports').map((port) => JSON.stringify(port))
      const title = `Service ${serviceKey(service)} has no port ${service.port}, which the webhook names`
      return certain(title, ...(isTold ? [told(facts)] : []), ...ports.map((port) => `it has ${port}`))
    },
    remedy: (facts) => [
      'Give the Service this port, or name one of its ports in clientConfig.service.port:',
      `    kubectl edit mutatingwebhookconfiguration ${facts.target?.name ?? 'NAME'}`,
    ],
    consequences: ['no-endpoints'],
  },
  {
    id: 'no-endpoints',
    summary: 'no pod of the injector is ready',
    by: '`no endpoints available for service`, or the EndpointSlices',
    find: (facts) => {
      const { service, endpoints, fault, worked } = facts
      const isTold = fault?.kind === 'no-endpoints'
      const none = endpoints !== undefined && !endpoints.some(({ ready }) => ready)
      if (service === undefined || worked || (!isTold && !none)) return undefined
      const title = `Service ${serviceKey(service)} has no pod that is ready`
      return certain(title, ...(isTold ? [told(facts)] : []), ...podLines(facts))
    },
    consequences: ['port-closed'],
    remedy: (facts) => [
      'See why there is none:',
      `    ${kubectl(facts)} get deployments,replicasets,pods -o wide`,
      `    ${kubectl(facts)} describe pods${podSelector(facts)}`,
      ...(scaledDown(facts).length > 0
        ? [`    ${kubectl(facts)} scale deployment ${scaledDown(facts).join(' ')} --replicas=2`]
        : []),
    ],
  },
  {
    id: 'image-pull',
    summary: "nodes cannot get the injector's image, as in private subnets without endpoints for ECR and S3",
    by: '`ImagePullBackOff` and the like on the pods',
    find: (facts) => {
      const waiting = facts.pods.flatMap(({ name, node, waiting }) =>
        waiting
          .filter(({ reason }) => imageReasons.has(reason))
          .map(({ reason, message }) => `pod ${name} on node ${node}: ${reason}: ${message}`),
      )
      return waiting.length === 0 ? undefined : certain("Nodes cannot get the injector's image", ...waiting)
    },
    consequences: ['no-endpoints', 'port-closed'],
    remedy: (facts) => [
      'Put the image where the nodes reach it: ECR of the same region, with VPC endpoints ecr.api, ecr.dkr, s3 (and sts) in private subnets:',
      `    aws ec2 describe-vpc-endpoints${region(facts)} --query 'VpcEndpoints[].[VpcId,ServiceName]' --output text`,
      `    ${kubectl(facts)} describe pods${podSelector(facts)} | grep -A3 Failed`,
    ],
  },
  {
    id: 'injector-crashing',
    summary: "the injector's process ends again and again",
    by: '`CrashLoopBackOff`, `CreateContainerConfigError` and the like on the pods',
    find: (facts) => {
      const waiting = facts.pods.flatMap(({ name, waiting, restarts }) =>
        waiting
          .filter(({ reason }) =>
            /^(?:CrashLoopBackOff|RunContainerError|CreateContainer\w*Error)$/.test(reason),
          )
          .map(({ reason, message }) => `pod ${name}: ${reason} (${restarts} restarts): ${message}`),
      )
      return waiting.length === 0 ? undefined : certain("The injector's process does not stay up", ...waiting)
    },
    consequences: ['no-endpoints', 'port-closed'],
    remedy: (facts) => [
      'Its log says why:',
      `    ${kubectl(facts)} logs deployment/${deploymentName(facts)} --previous`,
    ],
  },
  {
    id: 'injector-unschedulable',
    summary: "there is no node for the injector's pods",
    by: 'pods without a node, and the words of the scheduler',
    find: (facts) => {
      const waiting = facts.pods.flatMap(({ name, unschedulable }) =>
        unschedulable === undefined ? [] : [`pod ${name}: ${unschedulable}`],
      )
      if (waiting.length === 0 || facts.pods.some(({ ready }) => ready)) return undefined
      return certain("There is no node for the injector's pods", ...waiting)
    },
    consequences: ['no-endpoints'],
    remedy: (facts) => [
      'Give it nodes, or less to ask of them (values resources, nodeSelector, tolerations, affinity):',
      `    ${kubectl(facts)} describe pods${podSelector(facts)} | grep -A5 Events`,
    ],
  },
]

function specOf(object: Facts['serviceObject']) {
  return object === null ? undefined : object?.['spec']
}

/** The state of each pod, or of the Deployment where there is none. */
function podLines(facts: Facts): readonly string[] {
  const lines = facts.pods.map(({ name, phase, ready, waiting }) => {
    const reasons = waiting.map(({ reason }) => reason).join(', ')
    const self = valueOf(facts.probes.find(({ pod }) => pod === name)?.self ?? { missing: '' })
    const says = textsAt(self, 'waiting').join('; ')
    return `pod ${name} is ${phase}${ready ? '' : ', not ready'}${reasons ? `: ${reasons}` : ''}${says ? `; it says: ${says}` : ''}`
  })
  if (lines.length > 0) return lines
  const scaled = scaledDown(facts).map((name) => `Deployment ${name} has 0 replicas`)
  const failed = (valueOf(facts.seen.events) ?? [])
    .filter((event) => textAt(event['metadata'], 'namespace') === facts.service?.namespace)
    .filter((event) => textAt(event, 'reason') === 'FailedCreate' && isRecent(event, facts.at))
    .map((event) => `an Event says: ${textAt(event, 'message') ?? ''}`)
  return scaled.length > 0
    ? scaled
    : ['no pod has the labels that the Service selects', ...failed.slice(0, 2)]
}

/** The injector's own: beside it there may be others that are meant to be down. */
function scaledDown(facts: Facts): readonly string[] {
  return (valueOf(facts.seen.deployments) ?? [])
    .filter((object) => numberAt(object['spec'], 'replicas') === 0)
    .map((object) => textAt(object['metadata'], 'name') ?? '')
    .filter((name) => name === deploymentName(facts))
}
