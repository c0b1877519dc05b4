/** The sum of a metric's samples in a page of Prometheus' text, of those whose labels have `part` in them. */
export function metricOf(page: string, name: string, part = ''): number {
  let sum = 0
  for (const line of page.split('\n')) {
    const [, found, labels = '', value] = /^(\w+)(\{.*\})? (\S+)$/.exec(line) ?? []
    if (found === name && labels.includes(part)) sum += Number(value)
  }
  return sum
}

/** The page of one of our pods. */
export async function metricsPage(address: string): Promise<string> {
  const answer = await fetch(`http://${address}:8080/metrics`)
  return answer.text()
}
