import type { MediaFacts } from '../model/media.ts'

/** Random access to bytes. */
export interface ByteSource {
  readonly size: number
  /**
   * Exactly `end - start` bytes within the size. `into` is memory of at least that length that the source may put them into, and give a part of:
   * who reads much uses it again for the next read.
   */
  read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>
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
