/**
 * Runs what the documents show: each `$ command` in a block of kind `console`, in a folder like a checkout with
 * `npm start` running, must print what stands below it. An ellipsis stands for anything: alone on its line for any lines.
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { commands } from '../src/commands/table.ts'
import { serve } from './commands/server-process.ts'

const root = join(import.meta.dirname, '..')
const documents = ['README.md', 'webhook-config/review.md']

interface Example {
  readonly command: string
  readonly output: string
}

const block = /^```console\n([^]*?)^```$/gm

function examplesOf(text: string): Example[] {
  return [...text.matchAll(block)].flatMap(([, lines = '']) =>
    lines
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const end = example.search(/(?<!\\)\n/)
        return { command: example.slice(0, end), output: example.slice(end + 1) }
      }),
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** The output as a pattern: what is not an ellipsis stands for itself. */
function patternOf(output: string): RegExp {
  const lines = output.split(/^…\n/m).map((part) => part.split('…').map(escaped).join('.*?'))
  return new RegExp(`^${lines.join('(?:.*\\n)*?')}$`)
}

/** A folder with what a checkout has, where a server can make its certificate. */
function checkout(): string {
  const directory = mkdtempSync(join(tmpdir(), 'documents-'))
  for (const name of ['.npmrc', 'package.json', 'node_modules', 'src', 'webhook-config']) {
    symlinkSync(join(root, name), join(directory, name))
  }
  return directory
}

const run = promisify(execFile)

t.test('the README names every command', (t) => {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  for (const { name } of commands) t.match(text, `| \`${name}\` |`)
  t.end()
})

/** `[text](path#heading)`, but for addresses. */
const link = /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g

t.test('links lead somewhere, to a heading where they name one', (t) => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...pagesIn('docs'),
    ...pagesIn('webhook-config'),
    ...pagesIn('certs'),
  ]
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8')
    for (const [, path = '', heading] of text.matchAll(link)) {
      const target = path === '' ? page : join(dirname(page), path)
      const found = existsSync(join(root, target))
      t.ok(
        found && (heading === undefined || headingsOf(target).has(heading)),
        `${page} links to ${path}#${heading}`,
      )
    }
  }
  t.end()
})

function pagesIn(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(directory, name))
}

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(page: string): ReadonlySet<string> {
  const headings = readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}

t.test('npm runs the program', async (t) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.match(scripts, { start: 'node src/main.ts serve', 'sidecar-injector': 'node src/main.ts' })
})

t.test('what the documents show is what the commands print', async (t) => {
  if (spawnSync('curl', ['--version']).error !== undefined) return t.comment('skipped: there is no curl here')
  const cwd = checkout()
  // The same Node for every command, wherever this one was started from.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
  const server = await serve(['--drainSeconds', '0'], cwd)
  t.teardown(() => server.stop())
  const here = (command: string) =>
    command
      .replaceAll('https://localhost:9443', `https://localhost:${server.port}`)
      // npm takes longer to start than the program takes to answer.
      .replaceAll('npm run --silent sidecar-injector --', 'node src/main.ts')
      .replaceAll('http://localhost:8080', `http://127.0.0.1:${server.operationsPort}`)

  for (const document of documents) {
    const examples = examplesOf(readFileSync(join(root, document), 'utf8'))
    t.ok(examples.length > 0, `${document} has examples`)
    for (const { command, output } of examples) {
      const { stdout } = await run('sh', ['-c', here(command)], { cwd, env })
      // curl's answers do not end their line.
      t.match(stdout.endsWith('\n') ? stdout : `${stdout}\n`, patternOf(output), `${document}: ${command}`)
    }
  }
})
