import { ControlPlaneError } from './errors.ts'
import { makePrograms } from './make.ts'

/* `node tools/control-plane/build.ts [NAME …]`: builds the programs that are missing and prints the folder that has them. */

try {
  const folder = await makePrograms(process.argv.slice(2), (line) => process.stderr.write(`${line}\n`))
  process.stdout.write(`${folder}\n`)
} catch (error) {
  if (!(error instanceof ControlPlaneError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
