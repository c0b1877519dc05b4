import { explain } from '../explanation/explain.ts'
import type { Explanation } from '../explanation/explanation.ts'
import type { World } from '../explanation/world.ts'
import { ReviewError } from '../admission/errors.ts'
import { isObject, listAt, objectAt, type JsonObject } from '../injection/json.ts'
import type { Subject } from '../reviews/subject.ts'
import { defaultIstioNamespace, isClusterMeant } from './cluster-options.ts'
import type { ExitCode, Terminal } from './command.ts'
import { styler } from './diff-text.ts'
import { CommandError, UsageError } from './errors.ts'
import { readTarget, worldOfCluster } from './explain-cluster.ts'
import type { ExplainOptions } from './explain-command.ts'
import { readObjects, worldOfFiles, type FileObject } from './explain-files.ts'
import { subjectFor } from './explain-subjects.ts'
import { parseTarget, type Target } from './explain-target.ts'
import { explanationText } from './explain-text.ts'
import { withProgress } from './progress.ts'
import { readEither } from './read-either.ts'
import { someAtOnce } from './some-at-once.ts'
import { readFileRevisions } from './read-file-revisions.ts'

/** Explains every object that is asked about. */
export async function runExplain(
  words: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const targets = words.map(parseTarget)
  const { filename: files = [], output, diff } = options
  if (targets.length === 0 && files.length === 0) {
    throw new UsageError('what is to be explained? KIND/NAME, such as deployment/web, or -f FILE')
  }
  const objects = await readObjects(files, terminal)
  const isFromCluster = files.length === 0 || isClusterMeant(options)
  const { subjects, world } = isFromCluster
    ? await lookAtCluster(targets, objects, options, terminal)
    : await lookAtFiles(targets, objects, options, terminal)
  const explanations = subjects.map((subject) => explain(subject, world))
  const style = styler(terminal.stdout)
  terminal.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ explanations: explanations.map((each) => (diff ? each : { ...each, change: undefined })) }, undefined, 2)}\n`
      : explanations.map((each) => explanationText(each, style, diff)).join('\n'),
  )
  return explanations.every(isInjected) ? 0 : 3
}

/** What scripts ask: has it the sidecar that it should have, or would get one? */
function isInjected({ verdict }: Explanation): boolean {
  return verdict === 'injected' || verdict === 'would-be-injected'
}

interface Looked {
  readonly subjects: readonly Subject[]
  readonly world: World
}

async function lookAtFiles(
  targets: readonly Target[],
  objects: readonly FileObject[],
  options: ExplainOptions,
  { stderr }: Terminal,
): Promise<Looked> {
  const warn = (message: string): void => void stderr.write(`warning: ${message}\n`)
  const revisions = await readFileRevisions(objects, options, warn)
  const subjects = chosen(subjectsOf(objects, options.namespace), targets)
  const namespaces = subjects.map(({ namespace }) => namespace)
  return { subjects, world: worldOfFiles(objects, revisions, namespaces, options.namespaceLabels) }
}

async function lookAtCluster(
  targets: readonly Target[],
  objects: readonly FileObject[],
  options: ExplainOptions,
  { stderr }: Terminal,
): Promise<Looked> {
  const warn = (message: string): void => void stderr.write(`warning: ${message}\n`)
  const { client: bare, revisions } = await readEither(options, warn)
  const client = withProgress(bare, stderr)
  try {
    const found = await someAtOnce(targets, async (target): Promise<FileObject> => {
      return { json: await readTarget(client, target, options.namespace), place: target.name }
    })
    const subjects = subjectsOf([...objects, ...found], options.namespace)
    if (subjects.length === 0) throw nothingFound()
    const world = await worldOfCluster({
      client,
      revisions,
      istioNamespace: options.istioNamespace ?? defaultIstioNamespace,
      namespaces: [...new Set(subjects.map(({ namespace }) => namespace))],
      wantsPods: subjects.some(({ isMade }) => isMade),
    })
    return { subjects, world }
  } finally {
    await client.close()
  }
}

/** What objects are asked about: of several, not those that only help, nor what another of them has made. */
function subjectsOf(objects: readonly FileObject[], namespace: string): readonly Subject[] {
  const subjects = objects.flatMap(({ json, place }) => {
    if (isObject(json) && isMadeByWorkload(json)) return []
    try {
      return subjectFor(json, namespace) ?? []
    } catch (error) {
      throw error instanceof ReviewError
        ? new CommandError(`${place}: ${error.message}`, { cause: error })
        : error
    }
  })
  const others = subjects.filter(({ kind }) => kind !== 'Namespace')
  return others.length === 0 ? subjects : others
}

/** ReplicaSets of Deployments and Jobs of CronJobs, as `kubectl get all` lists them, too. */
function isMadeByWorkload(object: JsonObject): boolean {
  if (object['kind'] !== 'ReplicaSet' && object['kind'] !== 'Job') return false
  return listAt(objectAt(object, 'metadata'), 'ownerReferences').length > 0
}

function chosen(subjects: readonly Subject[], targets: readonly Target[]): readonly Subject[] {
  const found =
    targets.length === 0
      ? subjects
      : targets.map((target) => {
          const subject = subjects.find(
            ({ kind, name }) => kind === target.kind.kind && name.endsWith(`/${target.name}`),
          )
          if (subject !== undefined) return subject
          throw new CommandError(`the files have no ${target.kind.kind} ${target.name}`)
        })
  if (found.length === 0) throw nothingFound()
  return found
}

function nothingFound(): CommandError {
  return new CommandError('there is no pod, workload or namespace to be explained')
}
