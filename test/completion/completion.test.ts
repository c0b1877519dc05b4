/** What shells make of the scripts: bash, zsh and fish themselves are asked. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../src/commands/table.ts'
import { runWith } from '../commands/in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'completion-'))
t.teardown(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'pods'))
for (const file of ['pod one.yaml', 'other']) writeFileSync(join(folder, file), '')

/** The words that a shell offers for the last one of each line's, be it empty. */
type Ask = (script: string, lines: readonly (readonly string[])[]) => readonly (readonly string[])[]

function bash(script: string, words: readonly string[]): readonly string[] {
  // As readline hands them over: it splits at =.
  const split = words.flatMap((word) => word.split(/(?<=^--\w+)(?==)|(?<==)(?=.)/))
  const line = ['sidecar-injector', ...split].map((word) => `'${word}'`).join(' ')
  return run(
    'bash',
    ['--norc', '-c'],
    [
      script,
      `COMP_WORDS=(${line}); COMP_CWORD=${split.length}; _sidecar_injector`,
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
  )
}

function fish(script: string, words: readonly string[]): readonly string[] {
  const line = ['sidecar-injector', ...words].join(' ')
  const told = run('fish', ['--no-config', '-c'], [script, `complete -C '${line}'`])
  return told.map((word) => word.replace(/\t.*/, '').replace(/\/$/, '').replaceAll('\\', ''))
}

/** Its completion works on a terminal only, so that it gets one, for all lines; what is offered is told instead of shown. */
function zsh(script: string, lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  writeFileSync(join(folder, '.script.zsh'), script)
  const start = [
    'PROMPT=; autoload -Uz compinit; compinit -u -D; source ./.script.zsh',
    "finish() { print -n END }; zle -N finish; bindkey '^X' finish",
    // Between signs that nothing else has.
    `compadd() { if [[ " $* " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi`,
    `local -a hits; builtin compadd -O hits "$@"; for hit in $hits; do print -rn -- "<$hit>"; done; builtin compadd "$@" }`,
  ].join('\n')
  writeFileSync(join(folder, '.start.zsh'), start)
  const told = run(
    'zsh',
    ['-f', '-c'],
    [
      'zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z "source ./.start.zsh; print -n READY-; print NOW"',
      'zpty -r z out "*READY-NOW*"',
      ...lines.flatMap((words) => [
        `zpty -n -w z $'\\x15'${JSON.stringify(['sidecar-injector', ...words].join(' '))}$'\\t\\x18'`,
        'zpty -r z out "*END*"; print -rn -- "$out"',
      ]),
      'zpty -d z',
    ],
  ).join('\n')
  const parts = told.split('END').slice(0, lines.length)
  return parts.map((part) =>
    [...part.matchAll(/<([^<>]+)>/g)].map(([, word = '']) => word.replaceAll('\\', '')),
  )
}

function run(shell: string, args: readonly string[], lines: readonly string[]): string[] {
  const { stdout, error } = spawnSync(shell, [...args, lines.join('\n')], { encoding: 'utf8', cwd: folder })
  if (error !== undefined) throw error
  return stdout.split('\n').filter((line) => line !== '')
}

const names = [...commands.map(({ name }) => name), 'help']

/** What is typed, and all that is offered. */
const rows: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
  [[''], names],
  [['rev'], ['review']],
  [['kube-'], ['kube-inject', 'kube-uninject']],
  [['help', 'doc'], ['doctor']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['review', '--outp'], ['--output']],
  [
    ['review', '--output', ''],
    ['json', 'yaml'],
  ],
  [['review', '-o', 'y'], ['yaml']],
  [
    ['serve', '--podEvents', 'o'],
    ['on', 'off'],
  ],
  [['serve', '--port', ''], []],
  [
    ['explain', '-f', 'po'],
    ['pod one.yaml', 'pods'],
  ],
  [
    ['review', 'po'],
    ['pod one.yaml', 'pods'],
  ],
  [['review', '--diff', 'ot'], ['other']],
  [['doctor', '--record', 'ot'], ['other']],
]

const shells: Readonly<Record<string, Ask>> = {
  bash: (script, lines) => lines.map((words) => bash(script, words)),
  zsh,
  fish: (script, lines) => lines.map((words) => fish(script, words)),
}

for (const [shell, ask] of Object.entries(shells)) {
  const isThere = spawnSync(shell, ['-c', 'exit']).error === undefined
  t.test(`${shell} completes`, { skip: isThere ? false : `there is no ${shell} here` }, async (t) => {
    const { code, stdout: script } = await runWith(['completion', shell])
    t.equal(code, 0)
    const offered = ask(
      script,
      rows.map(([typed]) => typed),
    )
    for (const [index, [typed, expected]] of rows.entries()) {
      t.same(new Set(offered[index]), new Set(expected), typed.join(' '))
    }
  })
}

t.test('bash completes what follows a sign', async (t) => {
  const { stdout: script } = await runWith(['completion', 'bash'])
  t.same(bash(script, ['review', '--output=']), ['json', 'yaml'])
  t.same(bash(script, ['review', '--output=j']), ['json'])
})

t.test('a shell that is not known is named, with those that are', async (t) => {
  const { code, stderr } = await runWith(['completion', 'powershell'])
  t.equal(code, 2)
  t.match(stderr, /'powershell' is invalid for argument 'shell'\. Allowed choices are bash, zsh, fish/)
})
