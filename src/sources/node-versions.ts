import type { JsonObject } from '../golang/json-value.ts'
import { objectAt, textAt } from '../cluster/objects.ts'

/** The kubelet's version of a Node, e.g. `v1.32.4-eks-bc803b4`. */
export function kubeletVersion(node: JsonObject): string | undefined {
  return textAt(objectAt(node, 'status')['nodeInfo'], 'kubeletVersion')
}

/** The oldest of versions, by what comes before anything but numbers and dots; undefined without any. */
export function oldestVersion(versions: Iterable<string>): string | undefined {
  let oldest: string | undefined
  for (const version of versions) if (oldest === undefined || isOlder(version, oldest)) oldest = version
  return oldest
}

function isOlder(a: string, b: string): boolean {
  const [parts, others] = [numbersOf(a), numbersOf(b)]
  const index = parts.findIndex((part, index) => part !== others[index])
  return index !== -1 && (parts[index] ?? 0) < (others[index] ?? 0)
}

/** What is no version is older than every one: nothing can be taken for granted. */
function numbersOf(version: string): readonly number[] {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version)
  return match === null ? [-1] : match.slice(1).map((part) => Number(part ?? 0))
}
