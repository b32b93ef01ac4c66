import type { MediaFacts } from '../model/media.ts'

/** Random access to bytes. `read` returns exactly `end - start` bytes within the size. */
export interface ByteSource {
  readonly size: number
  read(start: number, end: number): Promise<Uint8Array>
}

/** Tells what a media file is from its bytes. */
export interface MediaProbe {
  /**
   * Errors: `media-refused` for anything that is not a whole file of a known kind, in bounded time and memory. `whose` is the account's id: of
   * one account one file is measured at a time, so that others do not wait for all that it has.
   */
  probe(source: ByteSource, whose?: string): Promise<MediaFacts>
  close(): Promise<void>
}
