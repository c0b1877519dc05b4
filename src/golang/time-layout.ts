/** The layouts of Go's time package: a sample date, 2006-01-02 15:04:05, in the form wanted. */

/** What a layout asks for at one place. `text` is the sample that stood there. */
export interface LayoutElement {
  readonly text: string
  readonly kind: ElementKind
}

export type ElementKind =
  | 'year'
  | 'longYear'
  | 'month'
  | 'longMonth'
  | 'numMonth'
  | 'zeroMonth'
  | 'weekday'
  | 'longWeekday'
  | 'day'
  | 'underDay'
  | 'zeroDay'
  | 'underYearDay'
  | 'zeroYearDay'
  | 'hour'
  | 'hour12'
  | 'zeroHour12'
  | 'minute'
  | 'zeroMinute'
  | 'second'
  | 'zeroSecond'
  | 'PM'
  | 'pm'
  | 'zone'
  | 'offset'
  | 'isoOffset'
  | 'fraction'
  | 'trimmedFraction'

/** A layout in pieces: the text before each element, and the text after the last. */
export interface Layout {
  readonly source: string
  readonly pieces: readonly { readonly prefix: string; readonly element: LayoutElement }[]
  readonly suffix: string
}

/** Samples by their first letter, the longer before the shorter. */
const samples: ReadonlyMap<string, readonly (readonly [string, ElementKind])[]> = new Map([
  [
    'J',
    [
      ['January', 'longMonth'],
      ['Jan', 'month'],
    ],
  ],
  [
    'M',
    [
      ['Monday', 'longWeekday'],
      ['Mon', 'weekday'],
      ['MST', 'zone'],
    ],
  ],
  [
    '0',
    [
      ['01', 'zeroMonth'],
      ['02', 'zeroDay'],
      ['03', 'zeroHour12'],
      ['04', 'zeroMinute'],
      ['05', 'zeroSecond'],
      ['06', 'year'],
      ['002', 'zeroYearDay'],
    ],
  ],
  [
    '1',
    [
      ['15', 'hour'],
      ['1', 'numMonth'],
    ],
  ],
  [
    '2',
    [
      ['2006', 'longYear'],
      ['2', 'day'],
    ],
  ],
  [
    '_',
    [
      ['_2', 'underDay'],
      ['__2', 'underYearDay'],
    ],
  ],
  ['3', [['3', 'hour12']]],
  ['4', [['4', 'minute']]],
  ['5', [['5', 'second']]],
  ['P', [['PM', 'PM']]],
  ['p', [['pm', 'pm']]],
  [
    '-',
    [
      ['-070000', 'offset'],
      ['-07:00:00', 'offset'],
      ['-0700', 'offset'],
      ['-07:00', 'offset'],
      ['-07', 'offset'],
    ],
  ],
  [
    'Z',
    [
      ['Z070000', 'isoOffset'],
      ['Z07:00:00', 'isoOffset'],
      ['Z0700', 'isoOffset'],
      ['Z07:00', 'isoOffset'],
      ['Z07', 'isoOffset'],
    ],
  ],
])

/** Takes a layout apart. */
export function readLayout(source: string): Layout {
  const pieces: { prefix: string; element: LayoutElement }[] = []
  let start = 0
  for (let at = 0; at < source.length;) {
    const element = elementAt(source, at)
    if (element === undefined) {
      at++
      continue
    }
    pieces.push({ prefix: source.slice(start, at), element })
    at += element.text.length
    start = at
  }
  return { source, pieces, suffix: source.slice(start) }
}

function elementAt(source: string, at: number): LayoutElement | undefined {
  const first = source.charAt(at)
  if (first === '.' || first === ',') return fractionAt(source, at)
  // A literal underscore, and then the year.
  if (first === '_' && source.startsWith('2006', at + 1)) return undefined
  for (const [text, kind] of samples.get(first) ?? []) {
    if (source.startsWith(text, at) && !isPartOfWord(source, at, kind)) return { text, kind }
  }
  return undefined
}

/** `Jan` in `Janet` and `Mon` in `Month` are no samples. */
function isPartOfWord(source: string, at: number, kind: ElementKind): boolean {
  return (kind === 'month' || kind === 'weekday') && /[a-z]/.test(source.charAt(at + 3))
}

/** `.000`, `,999`: digits all alike, and no others after them. */
function fractionAt(source: string, at: number): LayoutElement | undefined {
  const digit = source.charAt(at + 1)
  if (digit !== '0' && digit !== '9') return undefined
  let end = at + 1
  while (source[end] === digit) end++
  if (/[0-9]/.test(source.charAt(end))) return undefined
  return { text: source.slice(at, end), kind: digit === '0' ? 'fraction' : 'trimmedFraction' }
}
