import { namesOf, type Json } from '../injection/json.ts'

/** What injectors up to 1.8 may put in front of a list; of all else the last one of a name is theirs. */
const inFront: ReadonlySet<string> = new Set(['istio-validation', 'istio-proxy'])

/**
 * A list without what an injector up to 1.8 added to it: one item for each name, so that a user's own of the same
 * name stays. `removed` is told each name that was there.
 */
export function withoutAppended(
  list: readonly Json[],
  names: readonly string[],
  removed: (name: string) => void,
): readonly Json[] {
  const indexes = Map.groupBy(namesOf(list).entries(), ([, name]) => name)
  for (const name of inFront) indexes.get(name)?.reverse()
  const gone = new Set<number>()
  for (const name of names) {
    const place = indexes.get(name)?.pop()
    if (place === undefined) continue
    gone.add(place[0])
    removed(name)
  }
  return gone.size === 0 ? list : list.filter((_, index) => !gone.has(index))
}
