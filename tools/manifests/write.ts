import { mkdirSync, writeFileSync } from 'node:fs'
import { HelmError } from './helm.ts'
import { plainManifests } from './plain.ts'

/* `npm run manifests`: webhook-config/ from the chart. */

try {
  for (const [path, text] of Object.entries(plainManifests())) {
    const url = new URL(`../../webhook-config/${path}`, import.meta.url)
    mkdirSync(new URL('.', url), { recursive: true })
    writeFileSync(url, text)
  }
} catch (error) {
  if (!(error instanceof HelmError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
