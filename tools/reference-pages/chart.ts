import { readFileSync } from 'node:fs'
import { chartValues, type ChartValue } from './values.ts'

const values = new URL('../../charts/eks-sidecar-injector/values.yaml', import.meta.url)

/** charts/eks-sidecar-injector/README.md */
export function chartPage(): string {
  return `# eks-sidecar-injector

<!-- Made from values.yaml by \`npm run reference\`; do not edit. -->

Istio sidecar injection for Amazon EKS, for the ConfigMaps of every Istio release. Helm 3 and 4 install it; Helm 2 renders it.

    helm install eks-sidecar-injector charts/eks-sidecar-injector --namespace sidecar-injector --create-namespace --wait \\
      --set image.repository=ACCOUNT.dkr.ecr.REGION.amazonaws.com/eks-sidecar-injector

[docs/install.md](../../docs/install.md) says which preset is yours, how certificates are made, and how to upgrade, go back and uninstall.
Values are checked by [values.schema.json](values.schema.json): a misspelt one is refused.

| value | what it is | default |
|---|---|---|
${chartValues(readFileSync(values, 'utf8')).map(row).join('\n')}
`
}

function row({ path, value, description }: ChartValue): string {
  return `| \`${path}\` | ${description.replaceAll('|', '\\|')} | \`${value}\` |`
}
