import { build } from 'esbuild'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { embeddedAssets } from './bundle-assets.ts'
import { fileURLToPath } from 'node:url'

/*
 * `npm run build`: everything that `src/main.ts` needs as few files of JavaScript, which start in a third of the time.
 * What only some commands need are files of their own, read when they are asked for.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = 'dist'

/** CommonJS dependencies ask for Node's own modules by `require`, which an ES module does not have. */
const requireInModules =
  "import { createRequire as createRequireOfBundle } from 'node:module'\n" +
  'const require = createRequireOfBundle(import.meta.url)'

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  platform: 'node',
  target: 'node22.19',
  format: 'esm',
  banner: { js: requireInModules },
  // Classes are told by their names in errors and in the log.
  keepNames: true,
  minify: true,
  legalComments: 'none',
  metafile: true,
  plugins: [embeddedAssets(root)],
  logLevel: 'warning',
})
chmodSync(new URL('../dist/main.js', import.meta.url), 0o755)
// Where the folder is copied without ours beside it, as into the image, Node would have to find that out.
writeFileSync(new URL('../dist/package.json', import.meta.url), '{"type":"module"}\n')
for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  console.log(`${file}: ${(bytes / 1024).toFixed(0)} KB`)
}
