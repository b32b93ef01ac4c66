/** Repeats a step until nothing is left. A step may do less than its limit. */
export async function inBatches(signal: AbortSignal, step: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await step()) > 0);
}
