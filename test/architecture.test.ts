/** The rules of docs/architecture.md and CONTRIBUTING.md that can be seen in the text of the source files. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..')

/** Which folders of `src` a folder may import, in the order of the data. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  golang: [],
  kubernetes: ['golang'],
  cel: ['golang', 'kubernetes'],
  gotemplate: ['golang'],
  goyaml: ['golang'],
  schema: ['golang', 'kubernetes'],
  functions: ['golang', 'gotemplate', 'goyaml', 'schema'],
  istio: [],
  injection: ['golang', 'kubernetes', 'gotemplate', 'goyaml', 'schema', 'functions', 'istio'],
  revisions: ['injection'],
  selection: ['kubernetes', 'cel', 'injection'],
  uninjection: ['golang', 'istio', 'injection'],
  coverage: ['istio', 'injection', 'revisions', 'selection', 'uninjection'],
  manifests: ['goyaml', 'schema', 'istio', 'injection', 'uninjection'],
  admission: ['injection'],
  reviews: ['gotemplate', 'goyaml', 'injection', 'revisions', 'admission'],
  explanation: [
    'injection',
    'istio',
    'revisions',
    'selection',
    'uninjection',
    'coverage',
    'admission',
    'reviews',
  ],
  cluster: ['golang', 'goyaml'],
  sources: ['golang', 'cluster', 'injection', 'istio', 'revisions'],
  tls: ['golang', 'cluster', 'sources'],
  telemetry: ['admission', 'coverage', 'injection', 'istio', 'tls'],
  server: ['admission', 'tls'],
  page: [
    'goyaml',
    'istio',
    'injection',
    'revisions',
    'selection',
    'coverage',
    'admission',
    'reviews',
    'server',
  ],
  completion: [],
  diagnosis: ['golang', 'kubernetes', 'admission', 'cluster', 'selection', 'tls'],
  doctor: ['golang', 'admission', 'cluster', 'diagnosis', 'tls'],
}

/** These may import everything, and nothing imports them but main.ts. */
const top = 'commands'

/** No files, no network, no clock, no environment: what these need is passed in. */
const pure = new Set([
  ...Object.keys(mayImport).slice(0, Object.keys(mayImport).indexOf('admission')),
  'completion',
  'diagnosis',
])

/** What a pure folder must not have in it. */
const impure =
  /from 'node:(?!net'|crypto')[^']*'|\bprocess\.|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|(?<![#.])\bfetch\(/

/** The longest file. Over it: one machine that is clearer whole, and tables that are made. */
const mostLines = 400
const longFiles: readonly RegExp[] = [/^src\/gotemplate\/parse\.ts$/, /^src\/schema\/tables\//]

interface Import {
  /** `src/golang/json.ts`, or the name of a package. */
  readonly target: string
  readonly isType: boolean
}

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

const importStatement =
  /^(?:import|export)\s+(type\s)?[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm

function readSources(): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path}`)
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const imports = [...text.matchAll(importStatement)].map(([, type, from, bare, dynamic]) => ({
        target: resolved(path, from ?? bare ?? dynamic ?? ''),
        isType: type !== undefined,
      }))
      return { path, text, imports }
    })
}

function resolved(importer: string, target: string): string {
  return target.startsWith('.') ? posix.join(dirname(importer), target) : target
}

/** The folder of `src` that a path is in; undefined for main.ts and what is not in `src`. */
function folderOf(path: string): string | undefined {
  const [src, folder, file] = path.split('/')
  return src === 'src' && file !== undefined ? folder : undefined
}

const sources = readSources()

t.test('folders import what docs/architecture.md says and nothing else', (t) => {
  for (const { path, imports } of sources) {
    const folder = folderOf(path)
    if (folder === top) continue
    const allowed = folder === undefined ? [top] : mayImport[folder]
    t.ok(allowed, `${path}: folder ${folder} has its place`)
    for (const { target } of imports.filter(({ target }) => target.startsWith('src/'))) {
      const imported = folderOf(target) ?? ''
      if (imported !== folder && allowed?.includes(imported) !== true) t.fail(`${path} imports ${target}`)
    }
    for (const { target } of imports) if (!isInside(target)) t.fail(`${path} imports ${target}`)
  }
  t.end()
})

/** A file of `src`, a package, or a module of Node. */
function isInside(target: string): boolean {
  return target.startsWith('src/') ? target.endsWith('.ts') : !/^(?:test|tools|bench)\//.test(target)
}

t.test('docs/architecture.md has the same table', (t) => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const rows = new Map(
    [...text.matchAll(/^\| `src\/(\w+)\/` \|[^|]+\| ([^|]+) \|$/gm)].map(([, name, may = '']) => [name, may]),
  )
  for (const [folder, allowed] of Object.entries(mayImport)) {
    const may = rows.get(folder) ?? 'missing'
    if (may === 'all of these') continue
    const named = may === 'nothing' ? [] : may.split(', ')
    t.same(new Set(named), new Set(allowed), folder)
  }
  const entries = readdirSync(join(root, 'src'), { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  t.same(new Set(rows.keys()), new Set(folders), 'every folder has its row')
  t.end()
})

t.test('the core is pure', (t) => {
  for (const { path, text } of sources) {
    if (!pure.has(folderOf(path) ?? '')) continue
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
    t.notMatch(code, impure, path)
  }
  t.end()
})

t.test('no file needs itself, types aside', (t) => {
  const bySource = new Map(sources.map((source) => [source.path, source]))
  const done = new Set<string>()
  function visit(path: string, way: readonly string[]): void {
    if (way.includes(path)) t.fail([...way.slice(way.indexOf(path)), path].join(' → '))
    if (way.includes(path) || done.has(path)) return
    const needs = bySource.get(path)?.imports.filter(({ isType }) => !isType) ?? []
    for (const { target } of needs) visit(target, [...way, path])
    done.add(path)
  }
  for (const { path } of sources) visit(path, [])
  t.pass(`${done.size} files`)
  t.end()
})

t.test('files are short, export by name, and only main.ts ends the process', (t) => {
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1
    if (lines > mostLines && !longFiles.some((long) => long.test(path))) t.fail(`${path} has ${lines} lines`)
    if (/^export default\b|\bas default\b/m.test(text)) t.fail(`${path} has a default export`)
    if (/\bprocess\.exit\(/.test(text) && path !== 'src/main.ts') t.fail(`${path} ends the process`)
  }
  t.pass(`${sources.length} files`)
  t.end()
})

t.test('nothing committed names a machine or a registry', (t) => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  t.notMatch(lock, /"resolved"/, 'package-lock.json has no addresses')
  t.end()
})
