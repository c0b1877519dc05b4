import { spawn, type ChildProcess } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { getuid } from 'node:process'

/** Names the network namespace that whoever started us was in. */
const outside = 'CLUSTER_TESTS_OUTSIDE'

/** Whether this process is in a network namespace that `inNamespace` made. */
export async function isInNamespace(): Promise<boolean> {
  const before = process.env[outside]
  return before !== undefined && before !== (await readlink('/proc/self/ns/net'))
}

/**
 * Runs a command in network, mount and process namespaces of its own, and gives its exit code. Nothing in it reaches the machine's
 * network, and when it ends, by whatever, every process in it ends. `onStart` hears the words that put another command into the same
 * network.
 */
export async function inNamespace(
  command: string,
  args: readonly string[],
  onStart: (enter: readonly string[]) => void = () => {},
): Promise<number> {
  const isRoot = getuid?.() === 0
  const own = isRoot ? [] : ['--user', '--map-root-user']
  // `ip netns` keeps its namespaces there.
  const script = 'mount -t tmpfs tmpfs /run && exec "$@"'
  const all = [
    ...own,
    '--net',
    '--mount-proc',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    script,
    'sh',
    command,
    ...args,
  ]
  const environment = { ...process.env, [outside]: await readlink('/proc/self/ns/net') }
  const child = spawn('unshare', all, { stdio: 'inherit', env: environment })
  const users = isRoot ? [] : ['--user', '--preserve-credentials']
  onStart(['nsenter', `--target=${child.pid}`, ...users, '--net'])
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(child, signal))
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new Error('unshare, of the package util-linux, is needed to make namespaces', { cause: error }))
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** How long what runs inside may take to end by itself. */
const graceMs = 20_000

/** unshare itself takes no notice of signals while it waits for its child, which is to have them; but for SIGKILL, which ends both. */
async function stop(unshare: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  setTimeout(() => unshare.kill('SIGKILL'), graceMs).unref()
  const children = await readFile(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').catch(() => '')
  for (const pid of children.split(' ').filter((text) => text !== '')) {
    try {
      process.kill(Number(pid), signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}
