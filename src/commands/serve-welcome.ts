import { join } from 'node:path'
import { developmentFiles } from '../tls/development.ts'

/** What to try next, for whoever starts the server with nothing but its defaults. */
export function welcome(port: number, certificates: string): string {
  return `
Serving the built-in example settings. Ask for a pod, dry-run, from another terminal:

  curl --cacert ${join(certificates, developmentFiles.ca)} -H 'Content-Type: application/json' \\
    --data-binary @webhook-config/productpage.json https://localhost:${port}/inject

`
}
