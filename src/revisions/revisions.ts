import type { Settings } from '../injection/settings.ts'

/** The revision that serves those who name none: `istio-injection=enabled`, and a path of plain `/inject`. */
export const defaultRevision = 'default'

/** One control plane's settings, by the name that Istio's `--set revision=…` gave it. */
export interface Revision {
  readonly name: string
  readonly settings: Settings
}

/** What one process serves: one immutable snapshot of all revisions, made anew when any of them changes. */
export interface Revisions {
  /** In the order of their names. */
  readonly all: readonly Revision[]
  /** By everything that names one: the tag where there is one of that name, else the revision. */
  readonly named: ReadonlyMap<string, Revision>
  /** Other names of revisions, as `istioctl tag set` gives them; the tag `default` moves what is the default. */
  readonly tags: ReadonlyMap<string, string>
  /** There is but this one, so that labels need not choose; undefined where they do. */
  readonly sole: Revision | undefined
}

/** The same of one revision. */
export interface SoleRevision extends Revisions {
  readonly sole: Revision
}

/** Several revisions, of which path and labels choose. A tag may be of a revision that is not there (yet). */
export function severalRevisions(
  settings: ReadonlyMap<string, Settings>,
  tags: ReadonlyMap<string, string>,
): Revisions {
  const all = [...settings]
    .map(([name, settings]): Revision => ({ name, settings }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const named = new Map(all.map((revision) => [revision.name, revision]))
  for (const [tag, name] of tags) {
    const revision = all.find((revision) => revision.name === name)
    if (revision === undefined) named.delete(tag)
    else named.set(tag, revision)
  }
  return { all, named, tags, sole: undefined }
}

/** One revision, which serves whoever does not name another; `tags` are those that stand for it. */
export function soleRevision(
  name: string,
  settings: Settings,
  tags: ReadonlyMap<string, string> = new Map(),
): SoleRevision {
  return { ...severalRevisions(new Map([[name, settings]]), tags), sole: { name, settings } }
}

/** The same with other names, unless it has some. */
export function withTags(revisions: Revisions, tags: ReadonlyMap<string, string>): Revisions {
  if (tags.size === 0 || revisions.tags.size > 0) return revisions
  const { all, sole } = revisions
  if (sole !== undefined) {
    return soleRevision(sole.name, sole.settings, new Map([...tags].filter(([, name]) => name === sole.name)))
  }
  return severalRevisions(new Map(all.map(({ name, settings }) => [name, settings])), tags)
}

// A DNS label: the names of the Service istiod-<revision> and of the ConfigMaps end in it.
const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/

/** Can it name a revision or a tag? */
export function isRevisionName(text: string): boolean {
  return label.test(text)
}
