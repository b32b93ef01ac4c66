import { timeParallel } from '../../test/support/load.ts'

/** So many calls at a time prepare what a round needs. */
const LANES = 16

/** Does `work` so often, and gives all results. */
export async function inLanes<Result>(
  count: number,
  work: () => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  await timeParallel(count, Math.min(LANES, count), async () => {
    results.push(await work())
  })
  return results
}

let names = 0

/** A name that nothing else has. */
export const freshName = (extension: string): string => `bench-${process.pid}-${++names}.${extension}`
