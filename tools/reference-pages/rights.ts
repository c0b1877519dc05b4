import {
  certificateRights,
  conditionRights,
  coverageRights,
  doctorRights,
  podEventRights,
  settingsRights,
  type Right,
} from '../../src/cluster/verbs.ts'

/** docs/rights.md */
export function rightsPage(): string {
  return `# Rights

<!-- Made from src/cluster/verbs.ts by \`npm run reference\`; do not edit. -->

What \`serve\` does with the API server, and so what its ServiceAccount is to be granted; the chart does. Tests compare it with what an API
server sees.

## Live settings

With \`-i\` ([live-settings.md](live-settings.md)).

${table(settingsRights)}

## Events about pods

With \`-i\`, unless \`--podEvents=off\` ([explain.md](explain.md)).

${table(podEventRights)}

## State of pods

With \`-i --coverage\` ([coverage.md](coverage.md)).

${table(coverageRights)}

## Certificates

With \`--certificateSecret\`; with \`--webhookConfigurations\` alone, those to read them.

${table(certificateRights)}

## Doctor

\`sidecar-injector doctor\` ([doctor.md](doctor.md)), and \`serve --doctorMinutes\`. It goes without what it is not granted, and says so.

${table(doctorRights)}

\`serve --doctorMinutes\` in a pod of the cluster also tells of it in a condition of that pod:

${table(conditionRights)}
`
}

const scopes: Readonly<Record<Right['scope'], string>> = {
  'istio-namespace': "the ConfigMaps' namespace",
  'own-namespace': "the server's namespace",
  'canary-namespace': "the canary's namespace",
  cluster: 'the cluster',
}

/** A row for what is granted together. */
function table(rights: readonly Right[]): string {
  const rows = new Map<string, string[]>()
  for (const { verb, apiGroup, resource, scope, isNamed, when } of rights) {
    const where = `${scopes[scope]}${isNamed ? ', by name' : ''}`
    const key = `\`${resource}${apiGroup && `.${apiGroup}`}\` | ${where} | ${when}`
    rows.set(key, [...(rows.get(key) ?? []), `\`${verb}\``])
  }
  const lines = [...rows].map(([key, verbs]) => `| ${verbs.join(', ')} | ${key} |`)
  return ['| verbs | resource | where | for |', '| --- | --- | --- | --- |', ...lines].join('\n')
}
