import { returns } from '../define.ts'
import { satisfies } from './constraint.ts'
import type { FunctionTable } from './table.ts'
import { VersionValue } from './version-value.ts'
import { parseVersion } from './version.ts'

/** Functions over semantic versions. */
export const semverFunctions: FunctionTable = [
  ['semver', returns('*semver.Version', ['string'], (text) => new VersionValue(parseVersion(text)))],
  ['semverCompare', returns('bool', ['string', 'string'], satisfies)],
]
