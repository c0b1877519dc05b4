import packageJson from '../../package.json' with { type: 'json' }
import type { Page } from '../server/page.ts'
import { UsageError } from './errors.ts'
import type { LiveCoverage } from './live-coverage.ts'
import type { PageFlags } from './page-options.ts'
import type { ServedRevisions } from './serve-revisions.ts'

/** What the page shows. */
export interface PageSources {
  readonly revisions: ServedRevisions
  /** Undefined where no cluster is watched. */
  readonly coverage: Pick<LiveCoverage, 'current' | 'surroundings'> | undefined
}

/** The review page, if the flags ask for it. Rejects with UsageError for flags that belong to one. */
export async function openServedPage(
  { reviewPage, reviewPageHosts: hosts }: PageFlags,
  { revisions, coverage }: PageSources,
): Promise<Page | undefined> {
  if (!reviewPage) {
    if (hosts === undefined) return undefined
    throw new UsageError('--reviewPageHosts belong to a --reviewPage')
  }
  const { createReviewPage } = await import('../page/page.ts')
  return createReviewPage({
    version: packageJson.version,
    revisions: () => revisions.current,
    annotationsOf: (namespace) => revisions.annotationsOf?.(namespace),
    coverage: coverage && (() => coverage.current),
    surroundings: coverage && (() => coverage.surroundings),
    hosts: hosts ?? [],
  })
}
