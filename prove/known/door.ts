import { SeededRandom } from '../../test/support/seeded.ts'

/** A file as its seed and the sizes of its pieces tell it. */
export interface FileSpec {
  readonly seed: number
  /** A name that no other file has. */
  readonly name: string
  readonly sizes: readonly number[]
}

/**
 * How a client of one dialect sends, reads and removes files at one server. What it has to remember is text, so that another client can go
 * on elsewhere. Every call rejects unless it is answered with success.
 */
export interface Door {
  readonly name: string
  /** Sizes of pieces, from the first to the last, that this dialect takes for a file. */
  sizes(random: SeededRandom): readonly number[]
  pieces(file: FileSpec): readonly Buffer[]
  /** Begins an upload; returns what is needed to go on with it. */
  begin(file: FileSpec): Promise<string>
  /** Sends piece `number`, from 1 on. May be repeated. */
  send(file: FileSpec, upload: string, number: number): Promise<void>
  /** Makes the file visible; returns how it is read. */
  complete(file: FileSpec, upload: string): Promise<string>
  /** Whether a repeated completion gives the same file. */
  readonly isRepeatable: boolean
  /** The bytes, from `from` on; null where the file is answered as one that is not there. */
  read(handle: string, from?: number): Promise<Buffer | null>
  /** As `read`, for a file whose completion nobody has asked for; null too where a client cannot even ask. */
  peek(file: FileSpec, upload: string): Promise<Buffer | null>
  readonly cancel: ((upload: string) => Promise<void>) | null
  readonly remove: ((handle: string) => Promise<void>) | null
  /** Gives the file another name; returns how it is read then. */
  readonly move: Move | null
}

export interface Move {
  /** How the file will be read. */
  target(file: FileSpec): string
  do(from: string, to: string): Promise<void>
}

/** Random bytes, the same for the same seed. */
export function randomPieces({ seed, sizes }: FileSpec): readonly Buffer[] {
  const random = new SeededRandom(seed)
  return sizes.map((size) => Buffer.from(random.bytes(size)))
}

/** Each size about as often as any other one in its order of magnitude. */
export function someSize(random: SeededRandom, min: number, max: number): number {
  const part = random.int(2 ** 16) / 2 ** 16
  return Math.round(min * (max / min) ** part)
}

/** A few pieces, all but the last of at least `min` bytes. */
export function somePieces(random: SeededRandom, min: number, max: number): readonly number[] {
  const whole = Array.from({ length: random.int(4) }, () => someSize(random, min, max))
  return [...whole, someSize(random, 1, max)]
}
