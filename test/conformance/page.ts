import type { Compared } from './compare.ts'
import type { Folder } from './data.ts'
import { knownDifferences } from './differences.ts'

/** docs/conformance.md: what a whole run found. */
export function conformancePage(root: Folder, compared: readonly Compared[]): string {
  const { compared: corpus, there } = corpusCases(root, compared)
  return `# Conformance

<!-- Made by \`npm run conformance -- --write\`; \`npm run conformance\` says whether it is current. -->

The answers of Istio's own injectors against ours: outputs of \`kube-inject\` byte by byte, patches up to 1.8 operation by
operation, patched pods from 1.9 on as JSON (without empty members, quantities in their canonical form). Each release is
given its own ConfigMaps. The data is not part of this repository (see CONTRIBUTING.md).

Of the ${there} cases of the corpus ${corpus} are compared, those of 1.30.3 twice: as manifests and as the webhook's pods.
*Explained* are the cases that differ for a reason that [differences.md](differences.md) gives; they are named one by
one below. The suites \`uninject …\` take apart again what Istio made; explained are those of their cases that differ in what an
injected pod does not tell, [uninject.md](uninject.md) says what that is.

## By release

| release | cases | equal | explained |
|---|---:|---:|---:|
${byRelease(compared).map(row).join('\n')}

## By suite

| suite | cases | equal | explained |
|---|---:|---:|---:|
${compared.map((each) => row(rowOf(`\`${each.suite.name}\``, [each]))).join('\n')}

## Explained

| case | why |
|---|---|
${compared.flatMap(({ explained }) => explained.map(reasonRow)).join('\n')}

## What uninjection cannot tell

| why | cases |
|---|---:|
${untoldRows(compared).join('\n')}
`
}

/** A case may have several reasons. */
function untoldRows(compared: readonly Compared[]): string[] {
  const reasons = compared.flatMap(({ untold }) => untold.flatMap((each) => each.reasons))
  return [...Map.groupBy(reasons, (reason) => reason)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, cases]) => `| [${reason}](uninject.md#${reason}) | ${cases.length} |`)
}

interface Row {
  readonly name: string
  readonly cases: number
  readonly equal: number
  readonly explained: number
}

function rowOf(name: string, compared: readonly Compared[]): Row {
  const counts = { cases: 0, equal: 0, explained: 0 }
  for (const { ids, equal, explained, untold } of compared) {
    counts.cases += ids.length
    counts.equal += equal
    counts.explained += explained.length + untold.length
  }
  return { name, ...counts }
}

function byRelease(compared: readonly Compared[]): Row[] {
  const releases = [...new Set(compared.map(({ suite }) => suite.release))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  )
  const of = (release: string) => compared.filter(({ suite }) => suite.release === release)
  return [...releases.map((release) => rowOf(release, of(release))), rowOf('**all**', compared)]
}

function row({ name, cases, equal, explained }: Row): string {
  return `| ${name} | ${cases} | ${equal} | ${explained === 0 ? '' : explained} |`
}

function reasonRow(id: string): string {
  const heading = knownDifferences.get(id) ?? ''
  return `| \`${id}\` | [${heading}](differences.md#${heading}) |`
}

/** Cases are folders `corpus/<release>/<table>/<case>`; some are compared in parts (`#1`). */
function corpusCases(root: Folder, compared: readonly Compared[]): { compared: number; there: number } {
  const ids = compared.flatMap((each) => each.ids).filter((id) => id.startsWith('corpus/'))
  const corpus = root.in('corpus')
  const there = corpus
    .folders()
    .filter((release) => release !== 'configmaps')
    .flatMap((release) =>
      corpus
        .in(release)
        .folders()
        .filter((table) => !table.startsWith('_'))
        .flatMap((table) => corpus.in(release, table).folders()),
    )
  const folders = new Set(ids.map((id) => id.replace(/#.*/, '')))
  return { compared: folders.size, there: there.length }
}
