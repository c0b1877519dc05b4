import { readdirSync, readFileSync } from 'node:fs'

/** The text of every file of the page, by its name. In the bundle tools/bundle.ts has them in place of this file. */
export function assetTexts(): Readonly<Record<string, string>> {
  const folder = new URL('./assets/', import.meta.url)
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  )
}
