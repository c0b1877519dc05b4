import type { Suite } from './case.ts'
import type { Folder } from './data.ts'
import { generatedPods } from './generated.ts'
import { bookinfo10, bookinfoOfToday, kubeInject10 } from './kube-inject.ts'
import { latestSuites } from './latest.ts'
import { uninjectSuites } from './uninject.ts'
import { vectorSuites } from './vectors.ts'
import { webhookHelm } from './webhook-helm.ts'
import { webhookOracle, webhookPatches } from './webhook-patch.ts'
import { workloadsWithoutSidecar, workloadSuite } from './workloads.ts'

const patchTags = ['1.0.0', '1.1.0', '1.2.0', '1.4.0', '1.5.0', '1.8.0']
const workloadTags = ['1.9.0', '1.12.0', '1.16.0', '1.18.0', '1.20.0', '1.24.0', '1.27.0']

/** An installation of each generation. */
const generatedTags =
  '1.0.0 1.1.17 1.2.10 1.4.10 1.5.10 1.8.6 1.9.9 1.12.9 1.16.7 1.18.7 1.20.8 1.24.6 1.27.9 1.30.3'.split(' ')

/** Everything there is to compare, in the order of the releases. */
export function allSuites(root: Folder): readonly Suite[] {
  return [
    ...kubeInject10(root),
    ...patchTags.map((tag) => webhookPatches(root, tag)),
    webhookHelm(root),
    bookinfo10(root),
    bookinfoOfToday(root),
    webhookOracle(root, 'defaults'),
    webhookOracle(root, 'article-C-mtls'),
    workloadSuite(root, '1.5.0', 'default'),
    workloadsWithoutSidecar(root),
    workloadSuite(root, '1.8.0', 'default'),
    ...workloadTags.flatMap((tag) => [
      workloadSuite(root, tag, 'default'),
      workloadSuite(root, tag, 'options'),
    ]),
    ...latestSuites(root),
    ...generatedTags.map((tag) => generatedPods(root, tag)),
    ...vectorSuites(root),
    ...uninjectSuites(root, generatedTags),
  ]
}
