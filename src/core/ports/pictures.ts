/** How large a picture becomes. All numbers are pixels. What is smaller than asked for is not enlarged, but for `filled`. */
export type PictureSize =
  | { readonly fit: 'whole' }
  /** All of it, in these bounds; null for none. */
  | { readonly fit: 'within'; readonly width: number | null; readonly height: number | null }
  /** Exactly this large; what stands over at two sides is cut off. */
  | { readonly fit: 'filled'; readonly width: number; readonly height: number }
  /** 1 to 100 percent of its width and height. */
  | { readonly fit: 'scaled'; readonly percent: number }

export interface PictureWanted {
  readonly size: PictureSize
  /** Of a video: where its frame is, from the beginning on. */
  readonly atMs: number
}

/** An image or a video. */
export interface PictureSource {
  /** Names its bytes: what has the same name has the same. Pictures that were made of it are kept in memory for a while. Absent: they are not. */
  readonly id?: string
  readonly size: number
  /** All of it, from the first byte on. It is asked for once it is this one's turn. */
  read(): AsyncIterable<Uint8Array>
}

/** Makes pictures of images and of frames of videos. */
export interface Pictures {
  /**
   * A JPEG file. Errors: `media-refused` for what no picture can be made of, or not within the limits of size and time; `unavailable` where too
   * many wait, or the program cannot be started; those of reading, and of the folder of temporary files.
   */
  make(source: PictureSource, wanted: PictureWanted): Promise<Uint8Array>
  /**
   * Several of one file, which is read once. `use` asks for them one after the other; each waits for its own turn. Errors: those of `make` and of `use`.
   * Rejects with the signal's reason where that ends it.
   */
  makeSeveral<Value>(
    source: PictureSource,
    use: (make: (wanted: PictureWanted) => Promise<Uint8Array>) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value>
}
