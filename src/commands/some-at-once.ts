/** As many calls at once as API servers answer without holding back others (its priority level for everybody). */
const most = 8

/** Does the same for each, some at a time; the results are in the order of the items. Rejects with the first failure. */
export async function someAtOnce<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const left = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: most }, worker))
  return results
}
