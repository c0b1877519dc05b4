/** What of the browser's scripts needs no browser. */
import t from 'tap'
import { columnsAgain, columnsOf } from '../../src/page/assets/columns.js'
import { parted, runsOf, sumOf } from '../../src/page/assets/diff.js'
import { countsOf, inOrderOf, reasonsOf, select } from '../../src/page/assets/filter.js'
import { centreOf, fieldOf, indexAt, indexBeyond, pathOf } from '../../src/page/assets/hexagons.js'
import { readLabels } from '../../src/page/assets/labels.js'
import type { Picture, PicturePod } from '../../src/page/picture.ts'
import type { Row } from '../../src/reviews/side-by-side.ts'

t.test('labels as people write them', (t) => {
  const rows: [text: string, expected: Record<string, string> | undefined][] = [
    ['', undefined],
    [' \n, ', undefined],
    ['istio-injection=enabled', { 'istio-injection': 'enabled' }],
    ['a=b, c = d\ne=', { a: 'b', c: 'd', e: '' }],
    ['istio.io/rev: "1-30"\n', { 'istio.io/rev': '1-30' }],
    ['a=b,a=c', { a: 'c' }],
  ]
  for (const [text, expected] of rows) t.same(readLabels(text), expected, JSON.stringify(text))
  for (const text of ['a', '=b', 'a b=c', 'a=b c'])
    t.throws(() => readLabels(text), { name: 'RangeError' }, text)
  t.end()
})

t.test('every hexagon is found at its middle and near it, and nothing beside them', (t) => {
  for (const [count, width] of [
    [1, 10],
    [1, 300],
    [7, 60],
    [100, 200],
    [101, 333],
  ] as const) {
    const field = fieldOf(count, width)
    const seen = new Set<string>()
    for (let index = 0; index < count; index++) {
      const [x, y] = centreOf(field, index)
      seen.add(`${x} ${y}`)
      const found = [indexAt(field, x, y), indexAt(field, x + 4, y), indexAt(field, x, y - 5)]
      if (found.some((at) => at !== index)) t.fail(`${index} of ${count} in ${width}: ${found.join()}`)
      if (y > field.height || (field.columns > 1 && x > width)) t.fail(`${index} of ${count} is outside`)
    }
    t.equal(seen.size, count, `${count} in ${width}`)
    t.equal(indexAt(field, -20, -20), undefined)
    t.equal(indexAt(field, 5, field.height + 20), undefined)
  }
  t.equal(fieldOf(0, 100).height, 0)
  t.end()
})

t.test('a path has as many hexagons as it is told', (t) => {
  const field = fieldOf(10, 100)
  const moves = (form: Parameters<typeof pathOf>[2]) => pathOf(field, [0, 3, 9], form).match(/M/g)?.length
  t.same([moves('full'), moves('edge'), moves('ring'), moves('dot')], [3, 3, 6, 6])
  t.equal(pathOf(field, [], 'full'), '')
  t.end()
})

t.test('cards go where there is most room, each once', (t) => {
  t.same(columnsOf([10, 10, 10], 3, 5), [[0], [1], [2]])
  t.same(columnsOf([100, 10, 10, 10], 2, 5), [[0], [1, 2, 3]])
  t.same(columnsOf([1, 2], 0, 0), [[0, 1]])
  t.same(columnsOf([], 2, 5), [[], []])
  t.end()
})

t.test('cards stay in their columns while others come and go', (t) => {
  const rows: [before: string[], names: string, expected: string[]][] = [
    [['ab', 'c'], 'abc', ['ab', 'c']],
    [['ab', 'c'], 'cba', ['ab', 'c']],
    [['ab', 'c'], 'bc', ['b', 'c']],
    [['ab', 'c'], 'abcd', ['ab', 'cd']],
    [['abc', 'd'], 'adxyz', ['axz', 'dy']],
    [['', ''], 'ab', ['a', 'b']],
    [['a'], '', ['']],
  ]
  for (const [before, names, expected] of rows) {
    const found = columnsAgain(
      before.map((column) => Array.from(column)),
      new Map(Array.from(names, (name) => [name, 10])),
      5,
    ).map((column) => column.join(''))
    t.same(found, expected, `${before.join()} + ${names}`)
  }
  t.end()
})

t.test('above and below a hexagon', (t) => {
  // Three rows: 0 to 3, 4 to 7 (set in), 8 and 9.
  const field = { ...fieldOf(10, 70), columns: 4 }
  const all = Array.from({ length: 10 }, (_, index) => index)
  const rows: [from: number, step: 1 | -1, among: number[], expected: number | undefined][] = [
    [0, 1, all, 4],
    [3, 1, all, 6],
    [4, -1, all, 0],
    [7, -1, all, 3],
    [7, 1, all, 9],
    [8, 1, all, undefined],
    [2, -1, all, undefined],
    [3, 1, [3, 4, 9], 4],
    [0, 1, [0, 1, 9], 9],
    [0, 1, [], undefined],
  ]
  for (const [from, step, among, expected] of rows)
    t.equal(indexBeyond(field, among, from, step), expected, `${from} by ${step} among ${among.join()}`)
  t.end()
})

function podOf(name: string, state: PicturePod['state'], reason: PicturePod['reason']): PicturePod {
  return { name, state, reason, message: '', owner: `Deployment/${name}` }
}

const picture: Picture = {
  notKnown: [],
  namespaces: [
    {
      name: 'calm',
      labels: [],
      pods: [podOf('a-1', 'injected', 'current'), podOf('a-2', 'injected', 'current')],
    },
    {
      name: 'old',
      labels: [],
      pods: [podOf('b-1', 'outdated', 'image-changed'), podOf('b-2', 'injected', 'current')],
    },
    {
      name: 'torn',
      labels: [],
      pods: [podOf('c-1', 'missing', 'webhook-ignored'), podOf('c-2', 'left-out', 'host-network')],
    },
    { name: 'void', labels: [], pods: [] },
  ],
}

t.test('what is meant of a cluster, in order', (t) => {
  const open = { text: '', state: '', reason: '', order: 'attention' } as const
  const rows: [name: string, filter: Partial<Parameters<typeof select>[1]>, expected: string[]][] = [
    ['all', {}, ['torn *', 'old *', 'calm *', 'void *']],
    ['by name', { order: 'name' }, ['calm *', 'old *', 'torn *', 'void *']],
    ['by size', { order: 'size' }, ['calm *', 'old *', 'torn *', 'void *']],
    ['a state', { state: 'injected' }, ['calm *', 'old 1']],
    ['a reason', { reason: 'host-network' }, ['torn 1']],
    ['a pod', { text: 'B-1' }, ['old 0']],
    ['an owner', { text: 'deployment/c' }, ['torn *']],
    ['a namespace', { text: 'tor' }, ['torn *']],
    ['a namespace, and a state', { text: 'torn', state: 'missing' }, ['torn 0']],
    ['nothing', { text: 'nobody' }, []],
  ]
  for (const [name, filter, expected] of rows) {
    const found = select(picture, { ...open, ...filter }).map(
      ({ namespace, meant }) => `${namespace.name} ${meant === undefined ? '*' : [...meant].join()}`,
    )
    t.same(found, expected, name)
  }
  t.same(reasonsOf(picture), [
    ['host-network', 1],
    ['image-changed', 1],
    ['webhook-ignored', 1],
  ])
  t.same(countsOf(picture.namespaces.flatMap(({ pods }) => pods)), {
    injected: 3,
    outdated: 1,
    missing: 1,
    'left-out': 1,
  })
  t.end()
})

t.test('what was shown stays in its order', (t) => {
  const open = { text: '', state: '', reason: '', order: 'attention' } as const
  const [torn, old, calm, empty] = select(picture, open)
  if (!torn || !old || !calm || !empty) throw new Error('four namespaces')
  const names = (all: readonly (typeof torn)[]) => all.map(({ namespace }) => namespace.name).join(' ')
  t.equal(names(inOrderOf([torn, old, calm], [calm, torn, old])), 'calm torn old')
  t.equal(names(inOrderOf([empty, torn, old, calm], [calm, old])), 'calm old void torn')
  t.equal(names(inOrderOf([torn, old], [])), 'torn old')
  t.end()
})

function same(number: number): Row {
  return { kind: 'same', before: { number, text: 'a' }, after: { number, text: 'a' } }
}

t.test('unchanged lines are folded where it is worth it', (t) => {
  const added: Row = { kind: 'added', after: { number: 1, text: 'x' } }
  const sames = (count: number) => Array.from({ length: count }, (_, index) => same(index))
  const rows: [name: string, rows: Row[], expected: string[]][] = [
    ['nothing', [], []],
    ['no change at all', sames(10), ['fold 10']],
    ['a change at the end', [...sames(20), added], ['fold 17', 'show 4']],
    ['too few to fold', [...sames(6), added], ['show 3', 'show 4']],
    ['between two changes', [added, ...sames(20), added], ['show 4', 'fold 14', 'show 4']],
    ['between two near ones', [added, ...sames(6), added], ['show 8']],
  ]
  for (const [name, given, expected] of rows) {
    t.same(
      runsOf(given).map(({ folded, rows }) => `${folded ? 'fold' : 'show'} ${rows.length}`),
      expected,
      name,
    )
  }
  t.equal(sumOf([added, added, same(1)]), '2 lines added')
  t.equal(sumOf([same(1)]), 'nothing changes')
  t.end()
})

t.test('what differs between two lines', (t) => {
  const rows: [before: string, after: string, expected: string[]][] = [
    ['', '', ['', '', '', '']],
    ['a: 1', 'a: 2', ['a: ', '1', '2', '']],
    ['image: web:1 # x', 'image: web:22 # x', ['image: web:', '1', '22', ' # x']],
    ['aa', 'aaa', ['aa', '', 'a', '']],
    ['abc', 'xyz', ['', 'abc', 'xyz', '']],
  ]
  for (const [before, after, expected] of rows)
    t.same(parted(before, after), expected, `${before} → ${after}`)
  t.end()
})
