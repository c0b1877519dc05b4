import { readFileSync } from 'node:fs'
import t from 'tap'
import { pages } from '../tools/reference-pages/pages.ts'

for (const [path, page] of Object.entries(pages)) {
  const current = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  t.equal(current, page(), `${path} is what \`npm run reference\` makes`)
}
