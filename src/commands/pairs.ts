import { InvalidArgumentError } from 'commander'
import { labelKeyFaults, labelValueFaults } from '../kubernetes/label-names.ts'
import { isRevisionName } from '../revisions/revisions.ts'

/** Pairs of one flag, which may be given several times. */
export type Pairs = ReadonlyMap<string, string>

/** Reads `stable=1-20,canary=1-30`: revision tags, and the revisions that they stand for. */
export function parseTags(text: string, before?: Pairs): Pairs {
  return parsePairs(text, before, (tag, revision) => {
    const wrong = [tag, revision].find((name) => !isRevisionName(name))
    return wrong === undefined
      ? undefined
      : `${JSON.stringify(wrong)} can name neither a tag nor a revision: use lower case letters, digits and dashes`
  })
}

/** Reads `istio-injection=enabled,team=a`: labels as kubectl takes them; empty text is no labels. */
export function parseLabels(text: string, before?: Pairs): Pairs {
  return parsePairs(text, before, (key, value) => [...labelKeyFaults(key), ...labelValueFaults(value)][0])
}

/** Reads `PLATFORM=openshift,COMPLIANCE_POLICY=fips-140-2`: environment variables; their values have no commas. */
export function parseEnvironment(text: string, before?: Pairs): Pairs {
  return parsePairs(text, before, (name) =>
    /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? undefined : `${JSON.stringify(name)} is no name of a variable`,
  )
}

function parsePairs(
  text: string,
  before: Pairs | undefined,
  faultOf: (name: string, value: string) => string | undefined,
): Pairs {
  const pairs = new Map(before)
  for (const item of text.split(',').filter((item) => item !== '')) {
    const equals = item.indexOf('=')
    if (equals === -1) throw new InvalidArgumentError(`${JSON.stringify(item)} is no name=value.`)
    const [name, value] = [item.slice(0, equals).trim(), item.slice(equals + 1).trim()]
    const fault = faultOf(name, value)
    if (fault !== undefined) throw new InvalidArgumentError(`${fault}.`)
    pairs.set(name, value)
  }
  return pairs
}
