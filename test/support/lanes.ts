/** How much is underway at a time: enough to keep a store busy, too little to have it refuse what waits in line. */
const LANES = 32

/** Does `work` for every item, some at a time. */
export async function inLanes<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
): Promise<void> {
  const left = items.entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of left) await work(item, index)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}
