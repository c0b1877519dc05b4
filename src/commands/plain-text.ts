/**
 * What terminals obey instead of showing it: C0 and C1 controls but for line ends and tabs, and marks that turn the direction of writing
 * (Unicode TR36 3.3). Events, refusals and names of templates are written by anybody: kubectl does not let them through, either (CVE-2021-25743).
 */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A text of others for a terminal: what it would obey is written as JSON escapes it, `\u001b`. */
export function plainText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(obeyed, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The same below something else: its further lines are set off as far as the first, so that they cannot pass for another entry. */
export function plainItem(text: string, indent: string): string {
  return `${indent}${plainText(text).trimEnd().replaceAll('\n', `\n${indent}`)}`
}
