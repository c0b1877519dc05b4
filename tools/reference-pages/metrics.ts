import { definitions, type Definition } from '../../src/telemetry/definitions.ts'

/** docs/metrics.md */
export function metricsPage(): string {
  const metrics: readonly Definition[] = Object.values(definitions)
  return `# Metrics

<!-- Made from src/telemetry/definitions.ts by \`npm run reference\`; do not edit. -->

\`GET /metrics\` of the operations listener (\`--operationsPort\`, default 8080) gives these in Prometheus' text form, and
prom-client's own about the process: \`process_*\` and \`nodejs_*\`, such as \`nodejs_eventloop_lag_p99_seconds\`.

| metric | type | what it says |
|---|---|---|
${metrics.map(row).join('\n')}

## Labels

| metric | label | values |
|---|---|---|
${metrics.flatMap(labelRows).join('\n')}

## Buckets

| metric | upper bounds |
|---|---|
${metrics.flatMap(bucketRow).join('\n')}
`
}

function row({ name, type, help }: Definition): string {
  return `| \`${name}\` | ${type} | ${help} |`
}

function labelRows({ name, labels = {} }: Definition): string[] {
  return Object.entries(labels).map(([label, values]) => `| \`${name}\` | \`${label}\` | ${values} |`)
}

function bucketRow({ name, buckets }: Definition): string[] {
  return buckets === undefined ? [] : [`| \`${name}\` | ${buckets.join(', ')} |`]
}
