/** semver.Version as templates see it. */
import { marshalText } from '../../golang/json.ts'
import { goKind, goScalar, type GoMethod, type GoStruct, type Value } from '../../gotemplate/index.ts'
import type { Identified } from './equal.ts'
import { compareVersions, formatVersion, type Version } from './version.ts'

const pointer = '*semver.Version'

/** A `*semver.Version`, or what its Inc methods give, a `semver.Version`; with the methods. */
export class VersionValue implements GoStruct, Identified {
  readonly goType: string
  readonly #version: Version

  constructor(version: Version, goType = pointer) {
    this.#version = version
    this.goType = goType
  }

  get [goKind](): 'struct' {
    return 'struct'
  }

  get identity(): string {
    return this.#version.original
  }

  field(): Value {
    return undefined
  }

  fieldNames(): readonly string[] {
    return []
  }

  toText(): string {
    return formatVersion(this.#version)
  }

  /** What goJson writes. */
  marshalJson(): string {
    return marshalText(this.toText())
  }

  plain(): string {
    return this.toText()
  }

  method(name: string): GoMethod | undefined {
    const { major, minor, patch, prerelease, metadata } = this.#version
    switch (name) {
      case 'String':
        return text(this.toText())
      case 'Major':
        return number(major)
      case 'Minor':
        return number(minor)
      case 'Patch':
        return number(patch)
      case 'Prerelease':
        return text(prerelease)
      case 'Metadata':
        return text(metadata)
      case 'IncMajor':
        return this.#next({ major: major + 1n, minor: 0n, patch: 0n })
      case 'IncMinor':
        return this.#next({ major, minor: minor + 1n, patch: 0n })
      case 'IncPatch':
        return this.#next({ major, minor, patch: prerelease === '' ? patch + 1n : patch })
      default:
        return this.goType === pointer ? this.#pointerMethod(name) : undefined
    }
  }

  #pointerMethod(name: string): GoMethod | undefined {
    const compare = (other: Value): number =>
      other instanceof VersionValue ? compareVersions(this.#version, other.#version) : 0
    switch (name) {
      case 'Original':
        return text(this.#version.original)
      case 'Compare':
        return method([pointer], (other) => BigInt(compare(other)))
      case 'Equal':
        return boolean((other) => compare(other) === 0)
      case 'LessThan':
        return boolean((other) => compare(other) < 0)
      case 'LessThanEqual':
        return boolean((other) => compare(other) <= 0)
      case 'GreaterThan':
        return boolean((other) => compare(other) > 0)
      case 'GreaterThanEqual':
        return boolean((other) => compare(other) >= 0)
      default:
        return undefined
    }
  }

  /** The next release: a prerelease and metadata are gone. */
  #next(numbers: Pick<Version, 'major' | 'minor' | 'patch'>): GoMethod {
    const release = { ...numbers, prerelease: '', metadata: '' }
    const prefix = this.#version.original.startsWith('v') ? 'v' : ''
    const original = prefix + formatVersion({ ...release, original: '' })
    return method([], () => new VersionValue({ ...release, original }, 'semver.Version'))
  }
}

function method(params: readonly string[], call: (...args: Value[]) => Value): GoMethod {
  return { params, call }
}

function boolean(call: (other: Value) => boolean): GoMethod {
  return method([pointer], call)
}

function text(value: string): GoMethod {
  return method([], () => value)
}

function number(value: bigint): GoMethod {
  return method([], () => goScalar('uint64', 'uint64', value))
}
