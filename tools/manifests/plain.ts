import { render } from './helm.ts'

/** `apiVersion`, `kind` and the rest of one object, as text. */
interface Manifest {
  readonly kind: string
  readonly text: string
}

const namespace = 'sidecar-injector'

/** The newest API server that is tested with decides which fields are there; older ones drop what they do not know. */
const kubeVersion = '1.34.0'

/** The files of webhook-config/ that are made from the chart, by their paths there. */
export function plainManifests(): Readonly<Record<string, string>> {
  const all = manifestsOf(render({ namespace, kubeVersion }))
  const old = oldManifests()
  return {
    'install/1-namespace.yaml': file([namespaceText]),
    'install/2-rights.yaml': file(textsOf(all, rights)),
    'install/3-server.yaml': file(textsOf(all, server)),
    'install/4-webhook.yaml': file(textsOf(all, webhook)),
    'before-1.16/1-namespace.yaml': file([namespaceText]),
    'before-1.16/2-rights.yaml': file(textsOf(old, rights)),
    'before-1.16/3-server.yaml': file(textsOf(old, server)),
    'before-1.16/4-webhook.yaml.in': file(textsOf(old, webhook)),
  }
}

const rights = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']
const server = ['Deployment', 'Service', 'PodDisruptionBudget']
const webhook = ['MutatingWebhookConfiguration']

/**
 * For API servers before 1.16, which have no server-side apply: a certificate of the user's, whose authority takes the place of
 * CA_BUNDLE. That is no base64, so that it cannot be forgotten.
 */
function oldManifests(): Manifest[] {
  const authority = '-----BEGIN CERTIFICATE-----'
  const values = { mode: 'secret', secretName: 'eks-sidecar-injector-certificate', caBundle: authority }
  const flags = Object.entries(values).flatMap(([name, value]) => ['--set', `certificates.${name}=${value}`])
  const rendered = render({ namespace, kubeVersion: '1.15.0', flags })
  return manifestsOf(rendered.replaceAll(Buffer.from(authority).toString('base64'), 'CA_BUNDLE'))
}

function textsOf(manifests: readonly Manifest[], kinds: readonly string[]): string[] {
  return manifests.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)
}

/** What Helm makes itself with --create-namespace, and says more of. */
const namespaceText = `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    # API servers before 1.21 do not set it; webhooks leave out this namespace by it.
    kubernetes.io/metadata.name: ${namespace}
    pod-security.kubernetes.io/enforce: restricted`

function file(texts: readonly string[]): string {
  return `# Made from charts/eks-sidecar-injector by \`npm run manifests\`; do not edit.\n${texts.join('\n---\n')}\n`
}

/** Objects as texts, without what says that Helm keeps them. */
function manifestsOf(rendered: string): Manifest[] {
  return rendered
    .split(/^---\n/m)
    .map((text) =>
      text.replaceAll(/^# Source: .*\n|^ *(?:helm\.sh\/chart|app\.kubernetes\.io\/managed-by): .*\n/gm, ''),
    )
    .flatMap((text) => {
      const kind = /^kind: (\w+)$/m.exec(text)?.[1]
      return kind === undefined ? [] : [{ kind, text: text.trim().replaceAll(/\n{2,}/g, '\n') }]
    })
}
