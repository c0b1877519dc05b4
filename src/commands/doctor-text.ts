import type { Writable } from 'node:stream'
import type { Diagnosis } from '../diagnosis/diagnose.ts'
import type { Certainty, Finding } from '../diagnosis/finding.ts'
import { plainItem, plainText } from './plain-text.ts'

/** What `doctor` prints. */
export interface Report extends Diagnosis {
  readonly server: string
  readonly at: string
  /** What `--fix` has done, a sentence each. */
  readonly done: readonly string[]
}

/** Colours are for people who look: a terminal, unless NO_COLOR is set (no-color.org). */
export function isColoured(stdout: Writable): boolean {
  return 'isTTY' in stdout && stdout.isTTY === true && !process.env['NO_COLOR']
}

type Style = 'bold' | 'red' | 'yellow' | 'green' | 'dim'

const codes: Readonly<Record<Style, string>> = { bold: '1', red: '31', yellow: '33', green: '32', dim: '2' }
const colours: Readonly<Record<Certainty, Style>> = { certain: 'red', probable: 'yellow', possible: 'yellow' }

/** The report for people: what was found with its evidence and what to do, then what could not be looked at. */
export function reportText(report: Report, isColoured: boolean): string {
  const paint = (style: Style, text: string): string =>
    isColoured ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
  const { findings, unchecked, done, summary, server, verdict } = report
  const lines = [plainText(`${server === '' ? '' : `API server ${server}: `}${summary}`), '']
  if (verdict === 'works') lines.push(paint('green', 'No cause found.'), '')
  if (verdict === 'unknown')
    lines.push(paint('yellow', 'No cause found, and no proof that it works: see below.'), '')
  for (const [index, finding] of findings.entries()) lines.push(...findingLines(finding, index + 1, paint))
  if (done.length > 0) lines.push('Done:', ...done.map((line) => plainItem(line, '  ')), '')
  if (unchecked.length > 0) {
    lines.push('Not looked at:', ...unchecked.map((line) => paint('dim', plainItem(line, '  '))), '')
  }
  return lines.join('\n')
}

function findingLines(
  { cause, certainty, title, evidence, remedy, docs }: Finding,
  number: number,
  paint: (style: Style, text: string) => string,
): string[] {
  return [
    `${number}. ${paint('bold', plainText(title))}`,
    `   ${paint(colours[certainty], `${cause}, ${certainty}`)}`,
    ...evidence.map((line) => `   - ${plainItem(line, '     ').trimStart()}`),
    ...remedy.map((line) => plainItem(line, '   ')),
    `   ${paint('dim', docs)}`,
    '',
  ]
}
