/** What a URL of the webhook says. */
export interface InjectPath {
  /** The revision or tag that it names, decoded; undefined for plain `/inject`. */
  readonly revision: string | undefined
  /** What follows `/inject`, decoded: Istio's own parameters, e.g. `/cluster/c1/net/n1`. */
  readonly path: string
}

const root = '/inject'
const revisionRoot = '/revision/'

/**
 * Reads a request's URL. The revision stands before `/inject`, as everything behind it is Istio's:
 *
 *     /inject?timeout=10s                      → { revision: undefined, path: '' }
 *     /inject/cluster/c1                       → { revision: undefined, path: '/cluster/c1' }
 *     /revision/1-30/inject/cluster/c1/net/n1  → { revision: '1-30', path: '/cluster/c1/net/n1' }
 *
 * Undefined if the URL is not ours: another path, one with an empty, `.` or `..` segment (Go's server redirects those,
 * which no API server follows), or one with a broken escape.
 */
export function injectPath(url: string): InjectPath | undefined {
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  if (path.startsWith(root)) return pathBelow(undefined, path.slice(root.length))
  if (!path.startsWith(revisionRoot)) return undefined

  const end = path.indexOf('/', revisionRoot.length)
  if (end === -1 || !path.startsWith(root, end)) return undefined
  const name = path.slice(revisionRoot.length, end)
  const revision = isUnclean(name) ? undefined : decoded(name)
  return revision === undefined ? undefined : pathBelow(revision, path.slice(end + root.length))
}

/** `rest` is what follows `/inject`. */
function pathBelow(revision: string | undefined, rest: string): InjectPath | undefined {
  if (rest === '') return { revision, path: rest }
  if (!rest.startsWith('/')) return undefined

  // A slash at the end is one: `/inject/` is Istio's `/inject` with nothing set.
  const segments = rest.endsWith('/') ? rest.slice(1, -1) : rest.slice(1)
  if (rest !== '/' && segments.split('/').some(isUnclean)) return undefined
  const path = decoded(rest)
  return path === undefined ? undefined : { revision, path }
}

function isUnclean(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..'
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
