import { join } from 'node:path'
import type { Test } from 'tap'
import type { Cluster } from './cluster.ts'
import { runCommand } from './processes.ts'

/** What `doctor -o json` prints, as far as the tests look at it. */
export interface Diagnosed {
  readonly findings: readonly {
    readonly cause: string
    readonly certainty: string
    readonly title: string
    readonly evidence: readonly string[]
    readonly remedy: readonly string[]
  }[]
  readonly unchecked: readonly string[]
  readonly done: readonly string[]
  readonly summary: string
}

export interface DoctorRun {
  readonly args?: readonly string[]
  /** Default: the administrator's. */
  readonly kubeconfig?: string
  /** Default: 20, which is what doctor promises. */
  readonly seconds?: number
}

/** Runs doctor as a user would, once, and checks that it finds these causes and no others, in time. */
export async function finds(
  t: Test,
  cluster: Cluster,
  causes: readonly string[],
  { args = [], kubeconfig, seconds = 20 }: DoctorRun = {},
): Promise<Diagnosed> {
  // Of the image, which stays as it is: others may build the bundle anew meanwhile.
  const program = join(cluster.folder, 'image/app/dist/main.js')
  const began = performance.now()
  const { status, stdout, stderr } = await runCommand(
    process.execPath,
    [program, 'doctor', '-o', 'json', ...args],
    {
      environment: {
        ...cluster.environment,
        ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }),
      },
    },
  )
  const took = (performance.now() - began) / 1000
  const diagnosed: Diagnosed = JSON.parse(stdout || '{"findings":[],"unchecked":[],"done":[],"summary":""}')
  const found = diagnosed.findings.map(({ cause }) => cause).toSorted()
  t.same(found, causes.toSorted(), `doctor finds ${causes.join(', ') || 'nothing'}`)
  t.equal(status, causes.length === 0 ? 0 : 3, 'the exit code says so')
  t.ok(took < seconds, `in ${took.toFixed(1)} s`)
  t.equal(stderr, '', 'it complains about nothing')
  for (const { cause, title, evidence } of diagnosed.findings) {
    t.comment(`${cause}: ${title}\n${evidence.join('\n')}`)
  }
  return diagnosed
}
