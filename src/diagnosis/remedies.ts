import { helmUpgrade, podPort } from './aws.ts'
import type { Facts } from './facts.ts'
import { configurationName } from './names.ts'

/** What to do, where it is the same for several causes. */

/** For addresses that the control plane does not know. */
export const hostNetwork = (facts: Facts): readonly string[] => [
  'Have the injector on the network of the nodes, which the control plane reaches (it carries no CA and no keys but its own):',
  `    ${helmUpgrade(facts, 'eks.preset=overlay-cni')}`,
]

/** The port, where there is no AWS to be asked. */
export function offEks(facts: Facts): readonly string[] {
  const port = podPort(facts) ?? 9443
  return [
    `Admit TCP port ${port} from the machines of the API server to those of the pods, in every firewall between them.`,
    'From a machine of the control plane:',
    `    nc -vz ${facts.endpoints?.[0]?.address ?? 'POD_IP'} ${port}`,
  ]
}

/** Where a url is called, Services and pods are not on the way. */
export function lookAtUrl(facts: Facts): readonly string[] {
  return [
    'What is called is the url of the webhook; see whether it is the one that is meant, and what answers there:',
    `    kubectl get mutatingwebhookconfiguration ${configurationName(facts)} -o jsonpath='{.webhooks[*].clientConfig.url}'`,
  ]
}
