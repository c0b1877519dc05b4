import { helmUpgrade } from '../aws.ts'
import { anchorLines, chainFaults, type ChainFault } from '../certificates.ts'
import type { FaultKind } from '../call-fault.ts'
import type { Facts } from '../facts.ts'
import { certain, type Cause, type Found } from '../finding.ts'
import { serverName } from '../injectors.ts'
import { textAt } from '../../cluster/objects.ts'
import { chainOf } from '../path-fault.ts'
import { configurationName, deploymentName, kubectl, secretName } from '../names.ts'
import { otherManagers, readConfiguration } from '../../tls/webhook-configuration.ts'
import { certaintyOf, told, toldOf } from '../told.ts'

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
    remedy: (facts) => [`The certificate needs the DNS name ${wantedName(facts)}.`, ...renew(facts)],
  },
  {
    id: 'certificate-unfit',
    summary:
      'the certificate of the injector is of a kind that the API server does not take: another use, an old signature, a broken chain',
    by: '`x509:` with other words: `incompatible key usage`, `insecure algorithm`, `not authorized to sign`',
    find: toldOf('unfit-certificate', "The API server does not take the injector's certificate as it is"),
    remedy: (facts) => [
      `It has to be one for servers (extended key usage serverAuth), by an authority that may sign (CA:TRUE), without SHA-1, for ${wantedName(facts)}:`,
      `    ${kubectl(facts)} get secret ${secretName(facts)} -o jsonpath='{.data.tls\\.crt}' | base64 -d | openssl x509 -noout -text`,
      ...renew(facts),
    ],
  },
]

type DateFault = 'expired' | 'not-yet-valid'

/** What the API server was told, else what the chains of the pods look like. */
function byFault(facts: Facts, kind: FaultKind & ChainFault['kind'], title: string): Found | undefined {
  const all = servedFaults(facts)
  const faults = all.filter((each) => each.kind === kind)
  const isTold = facts.fault?.kind === kind || (facts.fault?.kind === 'dates' && datesSay(all) === kind)
  if (!isTold && (faults.length === 0 || isOther(facts))) return undefined
  const lines = [...new Set(faults.map(({ text }) => text))]
  const pods = [...new Set(faults.map(({ pod }) => pod))]
  const isSome = !isTold && pods.length < facts.probes.filter(({ ready }) => ready).length
  // Without a look at what is served, words for two things are no proof of one.
  const isEither = facts.fault?.kind === 'dates' && faults.length === 0
  return {
    certainty: isEither ? 'probable' : isTold ? certaintyOf(facts) : 'certain',
    title: isSome ? `${title} (pod ${pods.join(', ')})` : title,
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

/** API servers up to Kubernetes 1.18 say "has expired or is not yet valid": what is served has to tell which. */
function datesSay(faults: readonly ChainFault[]): DateFault {
  return faults.some(({ kind }) => kind === 'not-yet-valid') ? 'not-yet-valid' : 'expired'
}

/** The API server has named another fault of the certificate. */
function isOther({ fault }: Facts): boolean {
  const kinds: readonly (FaultKind | undefined)[] = [
    'expired',
    'not-yet-valid',
    'dates',
    'wrong-name',
    'unknown-authority',
    'unfit-certificate',
  ]
  return kinds.includes(fault?.kind)
}

interface ServedFault extends ChainFault {
  readonly pod: string
}

/**
 * What is wrong with the chains that the pods serve, by our own look. The API server has taken that of the pod which answered the canary, so that
 * the same fault at others is none either: what we compare is then not what it compares.
 */
function servedFaults({ probes, webhook, service, at, worked, receipt }: Facts): readonly ServedFault[] {
  if (webhook === undefined || service === undefined) return []
  const faults = probes.flatMap((probe) => {
    const chain = chainOf(probe)
    if (chain === undefined) return []
    const found = chainFaults(chain, { anchors: webhook.anchors, name: serverName(service), at })
    return found.map((fault) => ({ ...fault, pod: probe.pod, ready: probe.ready }))
  })
  if (!worked) return faults
  const answered = probes.find(({ pod }) => pod === receipt?.by)
  if (answered === undefined || chainOf(answered) === undefined) return []
  const taken = new Set(faults.filter(({ pod }) => pod === answered.pod).map(({ kind }) => kind))
  return faults.filter(({ kind, ready }) => ready && !taken.has(kind))
}

/** A chain that no public authority has issued, as ours is. */
function ownAuthority({ probes }: Facts): string | undefined {
  const served = probes.find((probe) => chainOf(probe) !== undefined)
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
  const { target } = facts
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
      `    ${kubectl(facts)} rollout restart deployment ${deploymentName(facts)}`,
    ]
  }
  return [
    'The injector writes it itself, with certificates.mode=self; see whether it may, and who overwrites it:',
    `    ${kubectl(facts)} logs deployment/${deploymentName(facts)} --since=10m | grep -i cabundle`,
    `    kubectl get mutatingwebhookconfiguration ${configurationName(facts)} --show-managed-fields -o yaml`,
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

function wantedName({ service }: Facts): string {
  return service === undefined ? 'SERVICE.NAMESPACE.svc' : serverName(service)
}

/** Istio's own injector has its certificate from istiod's authority, and up to 1.4 from a Secret of Citadel. */
function renew(facts: Facts): readonly string[] {
  if (facts.target?.owner === 'istio') {
    return [
      "It comes from Istio's own authority, and is made anew at a start:",
      `    ${kubectl(facts)} rollout restart deployment ${deploymentName(facts)}`,
    ]
  }
  return [
    'An own authority and cert-manager renew by themselves: look at why they do not; a Secret of yours has to be replaced:',
    `    ${kubectl(facts)} logs deployment/${deploymentName(facts)} --since=1h | grep -i certificate`,
    `    ${kubectl(facts)} create secret tls ${secretName(facts)} --cert=chain.pem --key=key.pem --dry-run=client -o yaml | kubectl apply -f -`,
  ]
}
