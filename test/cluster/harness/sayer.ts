import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Explanation } from '../../../src/explanation/explanation.ts'
import type { JsonObject } from '../../../src/injection/json.ts'
import type { Coverage, PodCoverage } from '../../../src/coverage/types.ts'
import type { Cluster } from './cluster.ts'
import { runCommand } from './processes.ts'

export type Explained = Explanation
export type Covered = PodCoverage

/** `explain` and `coverage` as users run them, before a cluster. */
export interface Sayer {
  /** What the cluster says of objects that are not there yet, then of targets. */
  readonly explain: (
    objects: readonly object[],
    targets?: readonly string[],
    namespace?: string,
  ) => Promise<readonly Explained[]>
  /** What files say that were saved of the cluster, as docs/explain.md has it. */
  readonly explainOffline: (objects: readonly JsonObject[]) => Promise<readonly Explained[]>
  /** What is said of each pod, by namespace and name. */
  readonly coverage: () => Promise<ReadonlyMap<string, Covered>>
}

const main = join(import.meta.dirname, '../../../dist/main.js')

export function sayer(cluster: Cluster): Sayer {
  const connected = ['--kubeconfig', cluster.controlPlane.kubeconfig]

  return {
    async explain(objects, targets = [], namespace = 'default') {
      const files = objects.length === 0 ? [] : ['-f', '-']
      const args = ['explain', ...targets, '-n', namespace, ...files, '-o', 'json', ...connected]
      return explanationsOf(await run(args, list(objects)))
    },
    async explainOffline(objects) {
      const folder = await mkdtemp(join(cluster.folder, 'saved-'))
      const save = async (name: string, ...what: readonly string[]): Promise<readonly string[]> => {
        await writeFile(join(folder, name), await cluster.kubectl(['get', ...what, '-o', 'yaml']))
        return ['-f', join(folder, name)]
      }
      const around = await save(
        'around.yaml',
        'namespaces,mutatingwebhookconfigurations',
        '--show-managed-fields',
      )
      const istio = await save('istio.yaml', 'configmaps', '-n', 'istio-system')
      return explanationsOf(
        await run(['explain', '-f', '-', ...around, ...istio, '-o', 'json'], list(objects)),
      )
    },
    async coverage() {
      const { namespaces }: Coverage = JSON.parse(await run(['coverage', '-o', 'json', ...connected]))
      return new Map(
        namespaces.flatMap(({ name, pods }) => pods.map((pod) => [`${name}/${pod.name}`, pod] as const)),
      )
    },
  }
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

function explanationsOf(text: string): readonly Explained[] {
  const { explanations }: { explanations: readonly Explained[] } = JSON.parse(text)
  return explanations
}

/** Runs a command to its end. Throws with what it wrote where that is no answer. */
async function run(args: readonly string[], input = ''): Promise<string> {
  const { stdout, stderr, status } = await runCommand(process.execPath, [main, ...args], { input })
  if (stdout === '' || (status !== 0 && status !== 3)) throw new Error(`${args.join(' ')}: ${stderr}`)
  return stdout
}
