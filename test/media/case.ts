/** One file that is made and compared. */
export interface MediaCase {
  /** With the extension that tells its container. */
  readonly name: string
  readonly made: Made
}

export type Made =
  /** ffmpeg's arguments in front of the file's name. */
  | { readonly by: 'ffmpeg'; readonly args: readonly string[] }
  /** Bytes of another case, changed. */
  | { readonly by: 'change'; readonly of: string; readonly change: (bytes: Buffer) => Buffer }
  /** ffmpeg's output through a pipe, where it cannot go back: its arguments and the name of its format. */
  | { readonly by: 'pipe'; readonly args: readonly string[]; readonly format: string }
  /** What ffmpeg cannot make. */
  | { readonly by: 'hand'; readonly bytes: () => Buffer }

/** ffmpeg's own test picture as an input. */
export const picture = (size: string, rate: number | string, seconds: number): readonly string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
]

/** A tone as an input. */
export const tone = (sampleRateHz: number, seconds: number): readonly string[] => [
  ...['-f', 'lavfi', '-i', `sine=frequency=330:sample_rate=${sampleRateHz}:duration=${seconds}`],
]

/** Words that are parted by spaces. */
export const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '')

export const X264 = words('-c:v libx264 -preset ultrafast -pix_fmt yuv420p')

export const byFfmpeg = (name: string, ...args: readonly (readonly string[] | string)[]): MediaCase => ({
  name,
  made: { by: 'ffmpeg', args: args.flatMap((part) => (typeof part === 'string' ? words(part) : part)) },
})

export const byPipe = (
  name: string,
  format: string,
  ...args: readonly (readonly string[] | string)[]
): MediaCase => ({
  name,
  made: { by: 'pipe', format, args: args.flatMap((part) => (typeof part === 'string' ? words(part) : part)) },
})

export const changed = (name: string, of: string, change: (bytes: Buffer) => Buffer): MediaCase => ({
  name,
  made: { by: 'change', of, change },
})

export const byHand = (name: string, bytes: () => Buffer): MediaCase => ({
  name,
  made: { by: 'hand', bytes },
})

/** An ID3v2 tag with nothing in it. */
export const ID3 = Buffer.concat([Buffer.from('49443304000000000200', 'hex'), Buffer.alloc(256)])
