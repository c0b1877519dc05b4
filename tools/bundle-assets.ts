import { build, type Plugin } from 'esbuild'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** The module that the plugin writes anew, and the folder that it reads in a checkout. */
const module = /[/\\]src[/\\]page[/\\]asset-texts\.ts$/
const folder = 'src/page/assets'

/** Puts the files of the review page into the bundle: its scripts as one, and the rest as they are. */
export function embeddedAssets(root: string): Plugin {
  return {
    name: 'embedded-assets',
    setup(building) {
      building.onLoad({ filter: module }, async () => {
        const texts = { ...readTexts(join(root, folder)), 'main.js': await bundledScript(root) }
        return {
          contents: `export const assetTexts = () => (${JSON.stringify(texts)})`,
          loader: 'js',
        }
      })
    },
  }
}

function readTexts(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory).filter((name) => ['.html', '.css', '.svg'].includes(extname(name)))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

async function bundledScript(root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${folder}/main.js`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  const [script] = outputFiles
  if (script === undefined) throw new TypeError('esbuild made no script of the page')
  return script.text
}
