/** What the pages for operators tell people to run and to set is there: commands, flags, values of the chart, metrics, alerts, scripts of npm. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { load } from 'js-yaml'
import t from 'tap'
import { commands } from '../src/commands/table.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  'charts/eks-sidecar-injector/templates/NOTES.txt',
].map((path) => ({ path, text: read(path) }))

const flagsOf = new Map(
  commands.map((row) => {
    const command = new Command(row.name)
    row.define(command, async () => {})
    const flags = command.options.flatMap(({ short, long }) => [short, long])
    return [row.name, new Set([...flags, '-h', '--help'])] as const
  }),
)

t.test('commands and their flags', (t) => {
  let found = 0
  for (const { path, text } of pages) {
    for (const { command, flags, line } of calls(text)) {
      found += 1
      const known = flagsOf.get(command)
      t.ok(known, `${path}: ${line}`)
      for (const flag of flags) t.ok(known?.has(flag), `${path}: ${flag} of: ${line}`)
    }
  }
  t.ok(found > 40, `${found} calls`)
  t.end()
})

/** `sidecar-injector explain pod/web -n shop --diff`: a line of a block, or what stands between backticks. */
function calls(text: string) {
  const lines = text.replaceAll('\\\n', ' ').split('\n')
  const code = lines.flatMap((line) =>
    /^ {4,}|^\$ /.test(line) ? [line] : [...line.matchAll(/`([^`]+)`/g)].map(([, quoted = '']) => quoted),
  )
  return code.flatMap((line) => {
    const call =
      /(?:^|\$ |&& | -- )\s*(?:npm run --silent )?sidecar-injector (?:-- )?([a-z][a-z-]*)([^|>&#;]*)/.exec(
        line,
      )
    if (call === null) return []
    const [, command = '', words = ''] = call
    return [{ line, command, flags: [...words.matchAll(/(?<=\s)--?[A-Za-z][\w-]*/g)].map(([flag]) => flag) }]
  })
}

t.test('values of the chart', (t) => {
  const values: unknown = load(read('charts/eks-sidecar-injector/values.yaml'))
  const has = (path: string): boolean => {
    let at: unknown = values
    for (const key of path.split('.')) {
      if (typeof at !== 'object' || at === null) return false
      // What is empty takes keys of the user's own.
      if (Object.keys(at).length === 0) return true
      if (!Object.hasOwn(at, key)) return false
      at = Reflect.get(at, key)
    }
    return true
  }
  t.notOk(has('webhooks.nothing'))
  let found = 0
  for (const { path, text } of pages) {
    const set = [...text.matchAll(/--set(?:-file|-string)? '?([^\s'`"]+)/g)].flatMap(([, pairs = '']) =>
      pairs.replaceAll(/\{[^}]*\}/g, '').split(','),
    )
    const named = [...text.matchAll(/\bvalues? `([a-z][\w.]*)/g)].flatMap(([, name = '']) => name)
    for (const name of [...set, ...named]
      .map((pair) => pair.split('=')[0] ?? '')
      .filter((name) => /^[a-z]/.test(name))) {
      found += 1
      if (!/^global\.|^sidecarInjectorWebhook\./.test(name)) t.ok(has(name), `${path}: ${name}`)
    }
  }
  t.ok(found > 25, `${found} values`)
  t.end()
})

t.test('metrics and alerts', (t) => {
  const metrics = new Set(
    [...read('docs/metrics.md').matchAll(/`(eks_sidecar_injector_\w+)/g)].map(([, name = '']) => name),
  )
  const alerts = new Set(
    [...read('charts/eks-sidecar-injector/templates/prometheusrule.yaml').matchAll(/alert: (\w+)/g)].map(
      ([, name = '']) => name,
    ),
  )
  for (const { path, text } of pages.filter(({ path }) => path !== 'docs/metrics.md')) {
    for (const [name] of text.matchAll(/\beks_sidecar_injector_[a-z_]+[a-z]/g)) {
      const series = name.replace(/_(?:bucket|sum|count)$/, '')
      t.ok(metrics.has(name) || metrics.has(series), `${path}: ${name}`)
    }
  }
  const page = read('docs/troubleshooting.md')
  const named = [...page.matchAll(/`(Sidecar[A-Z]\w+)`/g)].map(([, name = '']) => name)
  t.ok(named.length > 0)
  for (const name of named) t.ok(alerts.has(name), name)
  t.end()
})

t.test('scripts of npm', (t) => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
  for (const { path, text } of pages) {
    for (const [, name = ''] of text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g))
      t.ok(Object.hasOwn(scripts, name), `${path}: ${name}`)
  }
  t.end()
})

t.test('the table of contents of docs/troubleshooting.md has every section', (t) => {
  const page = read('docs/troubleshooting.md')
  const [start = '', ...sections] = page.split(/^## /m)
  const links = (start + (sections[0] ?? '')).matchAll(/\]\(#([^)]+)\)/g)
  const contents = new Set([...links].map(([, anchor = '']) => anchor))
  const anchors = sections.slice(1).map((section) =>
    (section.split('\n')[0] ?? '')
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  t.same(
    anchors.filter((anchor) => !contents.has(anchor)),
    [],
  )
  t.end()
})
