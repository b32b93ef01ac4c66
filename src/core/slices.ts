/** Lets whatever waits for the main thread come in between. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The items in lists of at most `length`, each in its turn of the main thread: what else waits comes in between. */
export async function* inSlices<Item>(
  items: readonly Item[],
  length: number,
): AsyncGenerator<readonly Item[], void> {
  for (let at = 0; at < items.length; at += length) {
    if (at > 0) await breathe()
    yield items.slice(at, at + length)
  }
}
