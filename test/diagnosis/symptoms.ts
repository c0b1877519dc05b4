import { readFileSync } from 'node:fs'

/** docs/troubleshooting.md, as its reader takes it. */
export const troubleshooting = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8')

/** A row of a table: what is seen, and the causes behind it. */
export interface Symptom {
  /** What stands in backticks; an ellipsis stands for anything. */
  readonly words: readonly RegExp[]
  readonly causes: readonly string[]
}

/** The rows of a section. */
export function symptoms(heading: string): readonly Symptom[] {
  return sectionOf(heading)
    .split('\n')
    .flatMap((line) => {
      const [, said = '', leads = ''] = /^\| (.*?) \| (.*) \|$/.exec(line) ?? []
      const words = [...said.matchAll(/`([^`]+)`/g)].map(
        ([, text = '']) => new RegExp(text.split('…').map(escaped).join('.*')),
      )
      const causes = [...leads.matchAll(/\(doctor\.md#([^)]+)\)/g)].map(([, id = '']) => id)
      return words.length === 0 ? [] : [{ words, causes }]
    })
}

/** The causes to which the rows of a section lead whoever reads these words. */
export function leadsTo(heading: string, message: string): readonly string[] {
  return symptoms(heading)
    .filter(({ words }) => words.some((word) => word.test(message)))
    .flatMap(({ causes }) => causes)
}

/** The lines for a shell that a section has in blocks of their own. */
export function commandsOf(heading: string): readonly string[] {
  return sectionOf(heading)
    .split('\n')
    .flatMap((line) => (line.startsWith('    ') ? [line.trim()] : []))
}

function sectionOf(heading: string): string {
  const section = troubleshooting.split(/^## /m).find((each) => each.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`docs/troubleshooting.md has no section ${heading}`)
  return section
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
