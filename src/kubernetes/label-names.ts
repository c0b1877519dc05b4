/** The longest name and value of a label; its prefix is a DNS subdomain of up to 253. */
const longestName = 63
const longestPrefix = 253

const name = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const value = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

const nameFault =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const valueFault =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const subdomainFault =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  String.raw`'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`

/** What is wrong with a label's key, in the words of Kubernetes; empty if nothing is. */
export function labelKeyFaults(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) {
    return [
      `a valid label key ${nameFault} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const faults: string[] = []
  const [prefix] = parts
  if (parts.length === 2 && prefix !== undefined) faults.push(...prefixFaults(prefix))
  const last = parts.at(-1) ?? ''
  if (last === '') faults.push('name part must be non-empty')
  else if (Buffer.byteLength(last) > longestName)
    faults.push(`name part must be no more than ${longestName} bytes`)
  if (!name.test(last)) faults.push(`name part ${nameFault}`)
  return faults
}

function prefixFaults(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty']
  const faults: string[] = []
  if (Buffer.byteLength(prefix) > longestPrefix)
    faults.push(`prefix part must be no more than ${longestPrefix} bytes`)
  if (!subdomain.test(prefix)) faults.push(`prefix part ${subdomainFault}`)
  return faults
}

/** What is wrong with a label's value, in the words of Kubernetes; empty if nothing is. */
export function labelValueFaults(text: string): string[] {
  const faults: string[] = []
  if (Buffer.byteLength(text) > longestName) faults.push(`must be no more than ${longestName} bytes`)
  if (!value.test(text)) faults.push(valueFault)
  return faults
}
