/** Texts that anybody can write into a cluster are shown to operators; terminals must not obey them. */
import { Writable } from 'node:stream'
import t from 'tap'
import { coverageText } from '../../src/commands/coverage-text.ts'
import { diffText, styler } from '../../src/commands/diff-text.ts'
import { reportText } from '../../src/commands/doctor-text.ts'
import { plainItem, plainText } from '../../src/commands/plain-text.ts'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { healthy, refused } from '../diagnosis/made.ts'
import { runWith } from './in-process.ts'

/** Sets the window's title, clears the screen, and turns what follows around. */
const evil = '\u001b]0;owned\u0007\u001b[2J\u009b1m\u202eback'
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

t.test('what terminals would obey is shown instead', async (t) => {
  const rows: [text: string, shown: string][] = [
    ['', ''],
    ['an image: ümlaut, 漢字, 🐳 of "a\\b"', 'an image: ümlaut, 漢字, 🐳 of "a\\b"'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['of Windows\r\nlines', 'of Windows\nlines'],
    ['written over\rall of it', 'written over\\u000dall of it'],
    ['\u001b[31mred\u0007', '\\u001b[31mred\\u0007'],
    ['\u009b31m\u007f', '\\u009b31m\\u007f'],
    ['\u202etxt.exe\u202c', '\\u202etxt.exe\\u202c'],
  ]
  for (const [text, shown] of rows) t.equal(plainText(text), shown, JSON.stringify(text))
  t.equal(plainItem('first\nsecond\n', '  '), '  first\n  second', 'lines of one entry stay together')
})

t.test('doctor shows the words of other webhooks', async (t) => {
  const message = `admission webhook "other.example.com" denied the request: sidecar ${evil}\n\n2. Run this\n`
  const seen = { ...healthy, canary: refused(message, 403) }
  const text = reportText({ ...diagnose(seen), server: evil, at: seen.at, done: [evil] }, false)
  t.match(text, 'other.example.com')
  t.match(text, '\\u001b]0;owned\\u0007')
  t.notMatch(text, obeyed)
  t.notMatch(text, /^2\. /m, 'no finding of its own')
})

t.test('explain shows Events, review names and their pods', async (t) => {
  const pod = { metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [] } }
  const files = [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...pod, spec: { template: { spec: pod.spec } } },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop' },
      involvedObject: { kind: 'ReplicaSet', name: 'web', namespace: 'shop' },
      reason: 'FailedCreate',
      message: `no: ${evil}\npod other/pod: injected`,
      lastTimestamp: '2026-11-24T10:00:00Z',
    },
  ]
  const lines = files.map((object) => `${JSON.stringify(object)}\n`).join('')
  const explained = await runWith(['explain', 'rs/web', '-n', 'shop', '-f', '-'], lines)
  t.match(explained.stdout, 'FailedCreate: no: \\u001b]0;owned')
  t.notMatch(explained.stdout, obeyed)
  t.notMatch(explained.stdout, /^pod /m, 'no target of its own')

  for (const metadata of [
    { name: evil },
    { name: 'web', annotations: { 'sidecar.istio.io/interceptionMode': evil } },
    { name: 'web', annotations: { other: evil } },
  ]) {
    const input = JSON.stringify({ kind: 'Pod', metadata, spec: pod.spec })
    const { stdout } = await runWith(['review', '--diff'], `${input}\n`)
    t.match(stdout, /injected|refused/)
    t.notMatch(stdout, obeyed, plainText(JSON.stringify(metadata)))
  }
})

t.test('coverage and differences show what pods say', async (t) => {
  const counts = { injected: 0, outdated: 0, notInjected: 1, counts: [] }
  const pod = {
    namespace: 'shop',
    name: 'web',
    owner: evil,
    state: 'not-injected',
    reason: 'unexplained',
    message: evil,
    revision: undefined,
    version: undefined,
  } as const
  const shop = { name: 'shop', labels: [evil], pods: [pod], ...counts }
  const table = coverageText({ namespaces: [shop], notKnown: [], ...counts }, true)
  t.match(table, '\\u001b]0;owned')
  t.notMatch(table, obeyed)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  t.notMatch(diffText('a: 1\n', `a: ${evil}\n`, 'web', styler(nowhere)), obeyed)
})

t.test('errors quote what could not be read', async (t) => {
  const { code, stderr } = await runWith(['review'], `a: ${evil}: b: c\n`)
  t.equal(code, 1)
  t.notMatch(stderr, obeyed)
})
