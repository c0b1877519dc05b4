import { metricsPage } from './metrics.ts'

/** Pages of docs/ that are made from the code's tables; test/reference-pages.test.ts says whether they are current. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/metrics.md': metricsPage,
}
