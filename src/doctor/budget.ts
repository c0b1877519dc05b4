import type { KubernetesClient } from '../cluster/client.ts'

/** Everything together takes less than 20 s: what the last calls need comes on top. */
const budgetMs = 17_000

/** So much each call gets at least, or nothing would ever be seen of a server that was slow at first. */
const leastMs = 300

/**
 * The same client, whose calls wait for no longer than what is left of the time for all of them. A slow API server is looked at in part, which
 * is said, rather than for minutes.
 */
export function withBudget(
  client: KubernetesClient,
  now: () => number = () => performance.now(),
): KubernetesClient {
  const until = now() + budgetMs
  function limited(silenceMs: number | undefined): number {
    return Math.max(leastMs, Math.min(silenceMs ?? budgetMs, until - now()))
  }
  return {
    server: client.server,
    eks: client.eks,
    call: (request) => client.call({ ...request, silenceMs: limited(request.silenceMs) }),
    lines: (request) => client.lines({ ...request, silenceMs: limited(request.silenceMs) }),
    close: () => client.close(),
  }
}
