import { commandsPage } from './commands.ts'
import { errorsPage } from './errors.ts'
import { metricsPage } from './metrics.ts'

/** Pages of docs/ that are made from the code's tables; test/reference-pages.test.ts says whether they are current. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/commands.md': commandsPage,
  'docs/errors.md': errorsPage,
  'docs/metrics.md': metricsPage,
}
