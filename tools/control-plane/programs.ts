import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A Go program of this folder's modules. */
export interface GoProgram {
  /** Its file's name. */
  readonly name: string
  /** The folder of its module, below this one. */
  readonly module: string
  /** What `go build` is asked for. */
  readonly package: string
  /** Go's build tags. */
  readonly tags: readonly string[]
  /** Values of variables, by their Go names, that the linker sets. */
  readonly values: Readonly<Record<string, string>>
  /** Names that it is called by, each a link to it; it acts by the name. */
  readonly links: readonly string[]
}

const version = 'k8s.io/component-base/version'

/**
 * Every program, the quickest to build first. The versions that the linker sets are those of go.mod: without them kubectl and
 * Helm cannot read the API server's version, and Helm takes the cluster for an old one.
 */
export const programs: readonly GoProgram[] = [
  {
    name: 'promtool',
    module: 'promtool',
    package: 'github.com/prometheus/prometheus/cmd/promtool',
    // Without the clients of two dozen clouds, where it would discover targets.
    tags: ['remove_all_sd'],
    values: { 'github.com/prometheus/common/version.Version': '3.15.1' },
    links: [],
  },
  {
    name: 'helm3',
    module: '.',
    package: 'helm.sh/helm/v3/cmd/helm',
    tags: [],
    values: {
      'helm.sh/helm/v3/internal/version.version': 'v3.22.0',
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': '37',
    },
    links: [],
  },
  {
    name: 'helm4',
    module: '.',
    package: 'helm.sh/helm/v4/cmd/helm',
    tags: [],
    values: { 'helm.sh/helm/v4/internal/version.version': 'v4.3.1' },
    links: [],
  },
  {
    name: 'control-plane',
    module: '.',
    package: '.',
    tags: [],
    values: {
      [`${version}.gitVersion`]: 'v1.37.2',
      [`${version}.gitMajor`]: '1',
      [`${version}.gitMinor`]: '37',
    },
    links: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kwok'],
  },
  {
    name: 'helm2',
    module: 'helm2',
    package: 'k8s.io/helm/cmd/helm',
    tags: [],
    values: { 'k8s.io/helm/pkg/version.Version': 'v2.17.0', 'k8s.io/helm/pkg/version.BuildMetadata': '' },
    links: [],
  },
]

/** What the programs are made of: when one of these changes, they are built anew, in another folder. */
const modules = ['.', 'helm2', 'promtool']
const sources = [
  ...modules.flatMap((module) => [join(module, 'go.mod'), join(module, 'go.sum')]),
  'main.go',
  'programs.ts',
]

/** The names that can be asked for: `helm3`, `kube-apiserver`, … */
export const names: readonly string[] = programs.flatMap(({ name, links }) =>
  links.length === 0 ? [name] : links,
)

/** The program that answers to a name; undefined for a name that none has. */
export function programOf(name: string): GoProgram | undefined {
  return programs.find((program) => program.name === name || program.links.includes(name))
}

/** Where the built programs are kept: outside the checkout, so that a fresh clone finds them. */
export function binFolder(environment: NodeJS.ProcessEnv): string {
  const hash = createHash('sha256')
  for (const source of sources) hash.update(readFileSync(join(import.meta.dirname, source)))
  const cache = environment['CONTROL_PLANE_CACHE'] ?? join(homedir(), '.cache/eks-sidecar-injector')
  return join(cache, `control-plane-${hash.digest('hex').slice(0, 16)}`, 'bin')
}
