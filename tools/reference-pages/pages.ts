import { chartPage } from './chart.ts'
import { commandsPage } from './commands.ts'
import { doctorPage } from './doctor.ts'
import { errorsPage } from './errors.ts'
import { metricsPage } from './metrics.ts'
import { rightsPage } from './rights.ts'

/** Pages that are made from the code's tables and the chart's values; test/reference-pages.test.ts says whether they are current. */
export const pages: Readonly<Record<string, () => string>> = {
  'charts/eks-sidecar-injector/README.md': chartPage,
  'docs/commands.md': commandsPage,
  'docs/doctor.md': doctorPage,
  'docs/errors.md': errorsPage,
  'docs/metrics.md': metricsPage,
  'docs/rights.md': rightsPage,
}
