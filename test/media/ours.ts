import { open } from 'node:fs/promises'
import { isCoreError } from '../../src/core/errors.ts'
import type { MediaContainer } from '../../src/core/model/media.ts'
import type { MediaProbe } from '../../src/core/ports/media.ts'
import { type Seen, seenByUs } from './seen.ts'

/** What our reader says of a file, how much of it was read, and how long that took. A text: why it is refused. */
export interface Read {
  readonly seen: Seen | string
  /** Null: it was refused. */
  readonly container: MediaContainer | null
  readonly bytes: number
  readonly took: number
}

export async function readByUs(probe: MediaProbe, path: string, whose: string): Promise<Read> {
  const file = await open(path)
  const { size } = await file.stat()
  const began = performance.now()
  let bytes = 0
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    bytes += end - start
    return (await file.read(Buffer.alloc(end - start), 0, end - start, start)).buffer
  }
  const result = (seen: Seen | string, container: MediaContainer | null): Read => ({
    ...{ seen, container, bytes, took: performance.now() - began },
  })
  try {
    const facts = await probe.probe({ size, read }, whose)
    return result(seenByUs(facts, size), facts.container)
  } catch (error) {
    if (!isCoreError(error, 'media-refused')) throw error
    return result(error.message, null)
  } finally {
    await file.close()
  }
}
