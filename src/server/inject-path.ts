const root = '/inject'

/**
 * The part of a request's URL that follows `/inject`, decoded: `''` for `/inject?timeout=10s`, `/cluster/c1` for
 * `/inject/cluster/c1`. Undefined if the URL is not ours: another path, one with an empty, `.` or `..` segment
 * (Go's server redirects those, which no API server follows), or one with a broken escape.
 */
export function injectPath(url: string): string | undefined {
  if (!url.startsWith(root)) return undefined
  const query = url.indexOf('?')
  const rest = query === -1 ? url.slice(root.length) : url.slice(root.length, query)
  if (rest === '') return rest
  if (!rest.startsWith('/')) return undefined

  // A slash at the end is one: `/inject/` is Istio's `/inject` with nothing set.
  const segments = rest.endsWith('/') ? rest.slice(1, -1) : rest.slice(1)
  if (rest !== '/' && segments.split('/').some(isUnclean)) return undefined
  return decoded(rest)
}

function isUnclean(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..'
}

function decoded(path: string): string | undefined {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
