import type { Json, JsonObject } from '../injection/json.ts'
import { isObject, listAt, objectAt, stringAt } from '../injection/json.ts'
import { isEvent } from '../explanation/events.ts'
import type { World } from '../explanation/world.ts'
import { readDocuments } from '../reviews/documents.ts'
import { InputError } from '../reviews/errors.ts'
import { itemsOf } from '../reviews/items.ts'
import { withTags, type Revisions } from '../revisions/revisions.ts'
import { nameLabel, readNamespace, type NamespaceFacts } from '../selection/namespace.ts'
import { readWebhooks } from '../selection/webhook-entry.ts'
import type { Terminal } from './command.ts'
import { CommandError } from './errors.ts'
import { readInput } from './input.ts'
import type { Pairs } from './pairs.ts'
import { settingsTimes } from './settings-times.ts'

/** An object of a file. */
export interface FileObject {
  readonly json: Json
  readonly place: string
}

/** The objects of files; of lists, their items. Throws CommandError that names the place. */
export async function readObjects(
  files: readonly string[],
  { stdin }: Terminal,
): Promise<readonly FileObject[]> {
  const objects: FileObject[] = []
  for (const file of files) {
    const text = await readInput(file, stdin)
    try {
      const documents = readDocuments(text, file === '-' ? 'standard input' : file)
      objects.push(...documents.flatMap(itemsOf))
    } catch (error) {
      throw error instanceof InputError ? new CommandError(error.message, { cause: error }) : error
    }
  }
  return objects
}

/** What is seen of a cluster in files. `namespaceLabels` are those of every namespace that is not among them. */
export function worldOfFiles(
  files: readonly FileObject[],
  revisions: Revisions,
  namespaces: readonly string[],
  namespaceLabels: Pairs | undefined,
): World {
  const objects = files.flatMap(({ json }) => (isObject(json) ? [json] : []))
  const ofKind = (kind: string) => objects.filter((object) => object['kind'] === kind)
  const facts = new Map<string, NamespaceFacts>()
  if (namespaceLabels !== undefined)
    for (const name of namespaces) facts.set(name, labelled(name, namespaceLabels))
  for (const object of ofKind('Namespace')) facts.set(nameOf(object), readNamespace(object))
  const configurations = ofKind('MutatingWebhookConfiguration')
  const { entries, unreadable, tags } = readWebhooks(configurations)
  return {
    surroundings: {
      revisions: withTags(revisions, tags),
      namespaces: facts,
      webhooks: configurations.length === 0 ? undefined : entries,
      settingsTimes: (revision) => settingsTimes(ofKind('ConfigMap'), revision),
    },
    pods: ofKind('Pod'),
    events: objects.filter(isEvent),
    isEks: undefined,
    failedOpen: new Map(),
    unanswered: new Set(),
    unreadable,
    notKnown: hasTimes([...ofKind('Namespace'), ...configurations]) ? [] : [noTimes],
  }
}

const noTimes =
  'when labels and webhooks were set: `kubectl get … -o yaml --show-managed-fields` saves that, too'

/** kubectl leaves managedFields out. */
function hasTimes(objects: readonly JsonObject[]): boolean {
  return objects.every((object) => listAt(objectAt(object, 'metadata'), 'managedFields').length > 0)
}

function labelled(name: string, labels: Pairs): NamespaceFacts {
  return readNamespace({ metadata: { name, labels: { [nameLabel]: name, ...Object.fromEntries(labels) } } })
}

function nameOf(object: JsonObject): string {
  return stringAt(objectAt(object, 'metadata'), 'name')
}
