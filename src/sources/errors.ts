/** Why a folder of revisions cannot be used. */
export type RevisionsErrorCode =
  | 'none-usable' // it has no revision, or none of them can be used
  | 'misnamed' // a folder whose name no revision can have

/** A folder of revisions that is not as it should be. */
export class RevisionsError extends Error {
  readonly code: RevisionsErrorCode

  constructor(code: RevisionsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RevisionsError'
    this.code = code
  }
}

/** Why a pair of ConfigMaps is no settings. */
export type ConfigMapErrorCode =
  | 'config-map-missing' // one of the two is not there
  | 'key-missing' // it is there, without the key that is read
  | 'key-binary' // the key is there, as bytes rather than as text

/** ConfigMaps that are not as they should be; whoever loads them keeps the last good settings. */
export class ConfigMapError extends Error {
  readonly code: ConfigMapErrorCode

  constructor(code: ConfigMapErrorCode, message: string) {
    super(message)
    this.name = 'ConfigMapError'
    this.code = code
  }
}

/** There is nothing to serve; `problems` says by revision why. */
export function noneUsable(directory: string, problems: ReadonlyMap<string, unknown>): RevisionsError {
  const reasons = [...problems].map(([name, error]) => `${name}: ${messageOf(error)}`)
  const advice = `${directory} has no folder of a revision, such as ${directory}/default with the files config, values and mesh`
  const message =
    reasons.length === 0 ? advice : `no revision of ${directory} can be used: ${reasons.join('; ')}`
  return new RevisionsError('none-usable', message, { cause: [...problems.values()][0] })
}

/** A folder such as `1.30`. */
export function misnamed(name: string): RevisionsError {
  const rule = 'the name of a revision has lower case letters, digits and dashes only, e.g. 1-30'
  return new RevisionsError('misnamed', `folder ${JSON.stringify(name)} is left out: ${rule}`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
