import { extname } from 'node:path'
import { assetTexts } from './asset-texts.ts'

/** A file for the browser. */
export interface Asset {
  readonly contentType: string
  readonly text: string
}

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

/** The page's files, by name; what is no file for browsers is left out. */
export function readAssets(): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(assetTexts()).flatMap(([name, text]) => {
      const contentType = contentTypes.get(extname(name))
      return contentType === undefined ? [] : [[name, { contentType, text }]]
    }),
  )
}
