import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binFolder } from '../control-plane/programs.ts'

export const chart = fileURLToPath(new URL('../../charts/eks-sidecar-injector', import.meta.url))

/** The major versions of Helm that render the chart. */
export const helms = ['helm2', 'helm3', 'helm4'] as const
export type Helm = (typeof helms)[number]

/** A Helm that was not built yet; the message says how to. */
export class HelmError extends Error {
  override readonly name = 'HelmError'
  readonly code = 'helm-missing'

  constructor(helm: Helm) {
    super(`${helm} is not there: \`node tools/control-plane/build.ts ${helm}\` builds it, with Go`)
  }
}

export interface RenderOptions {
  readonly helm?: Helm
  readonly namespace?: string
  readonly kubeVersion?: string
  /** As on the command line: `--set`, `eks.preset=fargate`, … */
  readonly flags?: readonly string[]
}

/** What a Helm makes of the chart for a cluster that it does not look at. Throws HelmError, and Helm's own message as an Error. */
export function render({ helm = 'helm3', namespace, kubeVersion, flags = [] }: RenderOptions): string {
  const release = ['template', ...(helm === 'helm2' ? [chart, '--name'] : []), 'eks-sidecar-injector']
  return runHelm(helm, [
    ...release,
    ...(helm === 'helm2' ? [] : [chart]),
    '--namespace',
    namespace ?? 'sidecar-injector',
    '--kube-version',
    kubeVersion ?? '1.34.0',
    ...flags,
  ])
}

/** Runs a Helm and resolves with what it prints; whatever it is asked, it knows no cluster. */
export function runHelm(helm: Helm, args: readonly string[]): string {
  const path = join(binFolder(process.env), helm)
  if (!existsSync(path)) throw new HelmError(helm)
  return execFileSync(path, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KUBECONFIG: '/dev/null' },
  })
}
