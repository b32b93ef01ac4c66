import { CoreError, isCoreError } from '../core/errors.ts'
import type { SegmentWriter } from '../core/ports/blobs.ts'

/**
 * Writes all of a source. What the source fails with is rethrown; a store that cannot be written to is `unavailable` or full, which is no fault
 * of what is copied.
 */
export async function writeAll(
  open: () => SegmentWriter | Promise<SegmentWriter>,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const writer = await toStore(open)
  try {
    for await (const chunk of source) await toStore(() => writer.write(chunk))
    await toStore(() => writer.finish())
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/** The store's own failures, told apart from those of what is read. */
export async function toStore<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isCoreError(error, 'storage-failed')) throw error
    throw new CoreError('unavailable', `what is written to failed: ${error.message}`, error.detail, error)
  }
}
