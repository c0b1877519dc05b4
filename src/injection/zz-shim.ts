import { fn } from '../functions/define.ts'
import { sprint, truth, isGoValue, type GoFunction, type Value } from '../gotemplate/index.ts'
import { quote } from '../golang/quote.ts'
const empty = (v: Value) => v === null || v === undefined || !truth(v)
export const shim: [string, GoFunction][] = [
  [
    'default',
    fn(['interface {}', '...interface {}'], (d, ...v) => (v.length === 0 || empty(v[0]) ? d : v[0])),
  ],
  [
    'quote',
    fn(['...interface {}'], (...v) =>
      v
        .filter((x) => x !== null && x !== undefined)
        .map((x) => quote(sprint([x])))
        .join(' '),
    ),
  ],
  ['list', fn(['...interface {}'], (...v) => v)],
  ['append', fn(['interface {}', 'interface {}'], (l, v) => [...(l as Value[]), v])],
  ['join', fn(['string', 'interface {}'], (s, l) => (l as Value[]).map((x) => sprint([x])).join(s))],
  [
    'nindent',
    fn(
      ['int', 'string'],
      (n, s) =>
        '\n' +
        s
          .split('\n')
          .map((x) => ' '.repeat(Number(n)) + x)
          .join('\n'),
    ),
  ],
  ['trunc', fn(['int', 'string'], (n, s) => s.slice(0, Number(n)))],
  ['trimSuffix', fn(['string', 'string'], (x, s) => (s.endsWith(x) ? s.slice(0, -x.length) : s))],
  ['trimAll', fn(['string', 'string'], (_x, s) => s.replace(/^[-_.]+|[-_.]+$/g, ''))],
]
void isGoValue
