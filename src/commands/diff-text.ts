import { structuredPatch, type StructuredPatchHunk } from 'diff'
import { styleText } from 'node:util'
import type { Writable } from 'node:stream'
import { plainText } from './plain-text.ts'

export type Style = (format: 'red' | 'green' | 'yellow' | 'cyan' | 'bold', text: string) => string

/** Colours for a terminal that shows them and for nothing else (NO_COLOR and FORCE_COLOR count). */
export function styler(stream: Writable): Style {
  return (format, text) => styleText(format, text, { stream })
}

/** The lines of two texts that differ, with two around them, as `diff -u` shows them. */
export function diffText(before: string, after: string, name: string, style: Style): string {
  const { hunks } = structuredPatch(name, name, before, after, '', '', { context: 2 })
  return hunks.map((hunk) => hunkText(hunk, style)).join('')
}

function hunkText(hunk: StructuredPatchHunk, style: Style): string {
  const { oldStart, oldLines, newStart, newLines, lines } = hunk
  const head = style('cyan', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`)
  const body = lines.map(plainText).map((line) => {
    if (line.startsWith('+')) return style('green', line)
    return line.startsWith('-') ? style('red', line) : line
  })
  return `${[head, ...body].join('\n')}\n`
}
