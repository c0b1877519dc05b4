import { join } from 'node:path'
import { developmentFiles } from '../tls/development.ts'

export interface Welcome {
  readonly port: number
  /** Where the self-made certificate is kept. */
  readonly certificates: string
  /** The operations listener's port, if it has the review page. */
  readonly pagePort: number | undefined
}

/** What to try next, for whoever starts the server with nothing but its defaults, in a checkout. */
export function welcome({ port, certificates, pagePort }: Welcome): string {
  return `
Serving the built-in example settings. Ask for a pod, dry-run, from another terminal in the same folder:

  curl --cacert ${join(certificates, developmentFiles.ca)} -H 'Content-Type: application/json' \\
    --data-binary @webhook-config/productpage.json https://localhost:${port}/inject

webhook-config/review.md reads the answer. The same as a diff, without a server:

  npm run --silent sidecar-injector -- review --diff webhook-config/productpage.json

${pagePort === undefined ? 'With --reviewPage in the browser, too.' : `Or in the browser: http://localhost:${pagePort}/review/`}

`
}
