/**
 * What can be checked of the image without an engine that builds it: the Dockerfile is read, its build stage is run in an
 * empty folder with what it copies and nothing else, and what it makes is started as its entry point says.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'

const root = join(import.meta.dirname, '..')

/** Debian's glibc, OpenSSL, libstdc++, time zones and certificates: what distroless' cc image has, generously. */
const libraries = 45

function megabytes(path: string): number {
  return statSync(path).size / 1e6
}

interface Instruction {
  readonly name: string
  readonly text: string
}

interface Stage {
  readonly image: string
  readonly instructions: readonly Instruction[]
}

function readStages(text: string): Stage[] {
  const lines = text
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const stages: { image: string; instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    if (name === 'FROM') stages.push({ image: rest.split(' ')[0] ?? '', instructions: [] })
    else stages.at(-1)?.instructions.push({ name, text: rest })
  }
  return stages
}

const stages = readStages(readFileSync(join(root, 'Dockerfile'), 'utf8'))
const [build, runtime] = stages

function textsOf(stage: Stage | undefined, name: string): string[] {
  return stage?.instructions.filter((each) => each.name === name).map(({ text }) => text) ?? []
}

/** Sources and target of each COPY from the checkout. */
const copies = textsOf(build, 'COPY').map((text) => {
  const words = text.split(' ')
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
})

t.test('both bases are pinned, by a digest beside the tag, and are of the Node that is tested with', (t) => {
  t.equal(stages.length, 2)
  for (const { image } of stages) t.match(image, /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/)
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const version: string = devDependencies.node
  t.ok(build?.image.startsWith(`node:${version}-`), version)
  t.ok(runtime?.image.includes(`/nodejs${version.split('.')[0]}-`), 'the same major version')
  t.end()
})

t.test('the image runs nothing while it is made, is not root, and starts without a shell', (t) => {
  t.same(textsOf(runtime, 'RUN'), [])
  const [user = ''] = textsOf(runtime, 'USER')
  t.match(user, /^[1-9]\d*:[1-9]\d*$/, 'a number, which a kubelet can tell from root')
  const [entrypoint = ''] = textsOf(runtime, 'ENTRYPOINT')
  t.same(JSON.parse(entrypoint), ['/nodejs/bin/node', '/app/dist/main.js'])
  t.same(textsOf(runtime, 'COPY'), ['--from=build /build/dist /app/dist'], 'the bundle and nothing else')
  const deployment = readFileSync(join(root, 'charts/eks-sidecar-injector/templates/deployment.yaml'), 'utf8')
  t.match(deployment, `runAsUser: ${user.split(':')[0]}\n`, 'the chart says the same')
  t.end()
})

t.test('what is copied exists and is let through by .dockerignore, and nothing else is', (t) => {
  const sources = copies.flatMap((copy) => copy.sources)
  for (const source of sources) t.ok(globSync(source, { cwd: root }).length > 0, source)
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
  const lines = ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  t.same(new Set(lines), new Set(['*', ...sources.map((source) => `!${source}`)]))
  t.end()
})

t.test('the build stage makes a program of it', { timeout: 120_000 }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'image-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const { sources, target } of copies) {
    for (const source of sources.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
      const to = target.endsWith('/')
        ? join(folder, target, source.split('/').at(-1) ?? '')
        : join(folder, target)
      mkdirSync(dirname(to), { recursive: true })
      cpSync(join(root, source), to, { recursive: true })
    }
  }
  const [install, ...commands] = textsOf(build, 'RUN')
  t.equal(install, 'npm ci', 'what CI installs with')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
  for (const command of commands) {
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' })
    t.equal(status, 0, `${command} ${stderr}`)
  }

  const app = join(folder, 'app')
  cpSync(join(folder, 'dist'), app, { recursive: true })
  const files = readdirSync(app)
  t.ok(files.includes('main.js') && files.includes('sbom.cdx.json'), 'the program and its bill')
  t.ok(
    files.every((file) => file.endsWith('.js') || ['package.json', 'sbom.cdx.json'].includes(file)),
    'and nothing but what it imports',
  )
  rmSync(join(folder, 'node_modules'))
  const { stdout, stderr } = spawnSync(process.execPath, ['main.js', 'version'], {
    cwd: app,
    encoding: 'utf8',
  })
  t.match(stdout, /^sidecar-injector \d/, stderr)
  t.equal(stderr, '', 'Node has nothing to say about it')

  const size =
    libraries +
    megabytes(process.execPath) +
    readdirSync(app).reduce((sum, name) => sum + megabytes(join(app, name)), 0)
  t.comment(`about ${size.toFixed(0)} MB`)
  t.ok(size < 200, `${size.toFixed(1)} MB`)
  checkBill(t, readFileSync(join(app, 'sbom.cdx.json'), 'utf8'))
  t.end()
})

/** Every package that can be in the bundle is in the bill of materials, as the lock file has it, and no tool is. */
function checkBill(t: Test, text: string): void {
  const bill: { bomFormat: string; components: { name: string; version: string }[] } = JSON.parse(text)
  const lock: { packages: Record<string, { version: string; dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  t.equal(bill.bomFormat, 'CycloneDX')
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  const expected = shipped.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
  t.same(new Set(bill.components.map(({ name, version }) => `${name}@${version}`)), new Set(expected))
}
