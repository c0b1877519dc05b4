import { helmUpgrade } from '../aws.ts'
import { anchorLines, chainFaults, type ChainFault } from '../certificates.ts'
import type { FaultKind } from '../call-fault.ts'
import type { Facts } from '../facts.ts'
import { certain, type Cause, type Found } from '../finding.ts'
import { serverName } from '../injectors.ts'
import { textAt } from '../../cluster/objects.ts'
import { valueOf } from '../observations.ts'
import { otherManagers, readConfiguration } from '../../tls/webhook-configuration.ts'
import { certaintyOf, told } from '../told.ts'

/** Causes between the injector's certificate and the caBundle. */
export const certificateCauses: readonly Cause[] = [
  {
    id: 'ca-bundle-empty',
    summary:
      'the webhook configuration has no caBundle, so that the API server trusts public authorities only',
    by: '`certificate signed by unknown authority`, and an empty caBundle',
    find: (facts) => {
      if (facts.webhook?.hasCaBundle !== false || facts.worked) return undefined
      const isTold = facts.fault?.kind === 'unknown-authority'
      const own = ownAuthority(facts)
      if (!isTold && own === undefined) return undefined
      const title = `The caBundle of ${facts.webhook.configuration} is empty`
      return certain(title, told(facts), ...(own === undefined ? [] : [own]), ...writers(facts))
    },
    remedy: writeBundle,
  },
  {
    id: 'ca-bundle-wrong',
    summary: 'the caBundle is of another authority than the certificate that the injector serves',
    by: '`certificate signed by unknown authority`, or the chain that a pod serves compared with the caBundle',
    find: (facts) => {
      if (facts.webhook?.hasCaBundle !== true) return undefined
      const title = `The caBundle of ${facts.webhook.configuration} does not fit the certificate that is served`
      return byFault(facts, 'unknown-authority', title)
    },
    remedy: writeBundle,
  },
  {
    id: 'certificate-expired',
    summary: 'the certificate of the injector has expired, or the authority in the caBundle',
    by: '`certificate has expired`, or the dates of the chain that a pod serves',
    find: (facts) => byFault(facts, 'expired', "The injector's certificate has expired"),
    remedy: renew,
  },
  {
    id: 'certificate-not-yet-valid',
    summary: 'the certificate of the injector is valid later only: clocks differ',
    by: '`certificate … is not yet valid`, or the dates of the chain that a pod serves',
    find: (facts) => byFault(facts, 'not-yet-valid', "The injector's certificate is not valid yet"),
    remedy: () => [
      'The clocks of the API server and of the node, or of who made the certificate, differ: set them.',
    ],
  },
  {
    id: 'certificate-name',
    summary: 'the certificate of the injector is not for the name of its Service',
    by: '`certificate is valid for …, not …`, or the names of the chain that a pod serves',
    find: (facts) =>
      byFault(facts, 'wrong-name', "The injector's certificate is for another name than that of its Service"),
    remedy: (facts) => [
      `The certificate needs the DNS name ${facts.service === undefined ? 'SERVICE.NAMESPACE.svc' : serverName(facts.service)}.`,
      ...renew(facts),
    ],
  },
]

/** What the API server was told, else what the chains of the pods look like. */
function byFault(facts: Facts, kind: FaultKind & ChainFault['kind'], title: string): Found | undefined {
  const faults = servedFaults(facts).filter((each) => each.kind === kind)
  const isTold = facts.fault?.kind === kind
  if (!isTold && (faults.length === 0 || isOther(facts))) return undefined
  const lines = [...new Set(faults.map(({ text }) => text))]
  return {
    certainty: isTold ? certaintyOf(facts) : 'certain',
    title,
    evidence: [
      ...(isTold ? [told(facts)] : []),
      ...lines,
      ...(kind === 'unknown-authority' && lines.length === 0
        ? anchorLines(facts.webhook?.anchors ?? [])
        : []),
      ...(kind === 'unknown-authority' ? writers(facts) : []),
    ],
  }
}

/**
 * The API server has named another fault of the certificate, or has taken it: a chain that is not trusted cannot be, so
 * that what we compare is then not what it compares.
 */
function isOther({ fault, worked }: Facts): boolean {
  return worked || ['expired', 'not-yet-valid', 'wrong-name', 'unknown-authority'].includes(fault?.kind ?? '')
}

/** What is wrong with the chains that the pods serve, by our own look. */
function servedFaults({ probes, webhook, service, at }: Facts): readonly ChainFault[] {
  if (webhook === undefined || service === undefined) return []
  return probes.flatMap(({ direct, self }) => {
    const chain = valueOf(direct)?.chain ?? textAt(valueOf(self), 'certificate')
    return chain === undefined
      ? []
      : chainFaults(chain, { anchors: webhook.anchors, name: serverName(service), at })
  })
}

/** A chain that no public authority has issued, as ours is. */
function ownAuthority({ probes }: Facts): string | undefined {
  const served = probes.find(
    ({ self, direct }) => valueOf(direct)?.chain ?? textAt(valueOf(self), 'certificate'),
  )
  return served === undefined
    ? undefined
    : `pod ${served.pod} serves a certificate of an authority of its own`
}

/** Who has written the caBundle, where somebody else has. */
function writers({ target, service }: Facts): readonly string[] {
  if (target === undefined) return []
  const configuration = readConfiguration(target.object, service)
  const others = otherManagers(configuration, configuration.webhooks)
  return others.length === 0 ? [] : [`the caBundle was written by ${others.join(', ')} (managedFields)`]
}

/** Three ways to the caBundle: our own server's, cert-manager's, the operator's. */
function writeBundle(facts: Facts): readonly string[] {
  const { target, service } = facts
  const annotation = textAt(metadataAnnotations(facts), 'cert-manager.io/inject-ca-from')
  if (annotation !== undefined) {
    return [
      `cert-manager's cainjector is to write it (annotation inject-ca-from: ${annotation}):`,
      '    kubectl -n cert-manager logs deployment/cert-manager-cainjector --since=10m',
    ]
  }
  if (target?.owner === 'istio') {
    return [
      'istiod writes it; look at who overwrites it (GitOps, helm upgrade), then:',
      `    kubectl -n ${service?.namespace ?? 'istio-system'} rollout restart deployment ${service?.name ?? 'istiod'}`,
    ]
  }
  return [
    'The injector writes it itself, with certificates.mode=self; see whether it may, and who overwrites it:',
    `    kubectl -n ${service?.namespace ?? 'NAMESPACE'} logs deployment/${service?.name ?? 'DEPLOYMENT'} --since=10m | grep -i cabundle`,
    `    kubectl get mutatingwebhookconfiguration ${target?.name ?? 'NAME'} --show-managed-fields -o yaml`,
    'or have it written now, from the Secret of the authority:',
    '    sidecar-injector doctor --fix',
    'With certificates.mode=secret, give the authority of your certificate:',
    `    ${helmUpgrade(facts, 'certificates.mode=secret')} --set-file certificates.caBundle=ca.pem`,
  ]
}

function metadataAnnotations({ target }: Facts) {
  const metadata = target?.object['metadata']
  return typeof metadata === 'object' && metadata !== null && 'annotations' in metadata
    ? metadata.annotations
    : undefined
}

function renew({ service }: Facts): readonly string[] {
  const namespace = service?.namespace ?? 'NAMESPACE'
  return [
    'An own authority and cert-manager renew by themselves: look at why they do not; a Secret of yours has to be replaced:',
    `    kubectl -n ${namespace} logs deployment/${service?.name ?? 'DEPLOYMENT'} --since=1h | grep -i certificate`,
    `    kubectl -n ${namespace} create secret tls NAME --cert=chain.pem --key=key.pem --dry-run=client -o yaml | kubectl apply -f -`,
  ]
}
