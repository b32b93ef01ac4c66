import type { UploadIn } from '../model/addresses.ts'
import type { DigestName, Staged } from '../model/bytes.ts'
import type { Appended, AppendPart } from '../ports/commands/uploads.ts'
import type { Ports } from '../ports.ts'
import { joinSmallParts } from './joining.ts'
import { createStaging } from './staging.ts'

export interface AppendOptions {
  /** How many bytes the upload has: the source's come behind them. */
  readonly offset: number
  /** More bytes fail with `body-too-large`. */
  readonly sizeMax: number
  /** The announced length of the source. */
  readonly sizeExpected?: number
  /** The size of the whole upload, told now for the first time. */
  readonly sizeNamed?: number
  /** All of it or nothing: what came is dropped when the source fails. Default: what came is kept, piece by piece. */
  readonly isAtomic?: boolean
}

/** So many bytes of a long body are durable, and counted, before more of it are taken: what is lost when the server dies. */
const PIECE_SIZE = 64 * 1024 * 1024
const DIGESTS: readonly DigestName[] = ['md5', 'crc64']

/**
 * Adds a body to an upload. When its source fails, what came is kept, and the source's error is thrown. Other errors: those of
 * `appendPart` and of staging; then the piece that was under way is dropped, and those before it are kept.
 */
export async function append(
  ports: Ports,
  upload: UploadIn,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<Appended> {
  const body = new Pieces(source)
  const { isAtomic = false, sizeMax, sizeExpected, sizeNamed } = options
  const named = sizeNamed === undefined ? {} : { sizeNamed }
  const staging = createStaging(ports)
  let { offset } = options
  try {
    for (;;) {
      const left = options.offset + sizeMax - offset
      const pieceSize = isAtomic ? Number.MAX_SAFE_INTEGER : PIECE_SIZE
      const staged = await staging.receive(body.piece(pieceSize), {
        ...{ sizeMax: left, digests: DIGESTS, onBreak: isAtomic ? 'drop' : 'keep' },
        ...(sizeExpected === undefined
          ? {}
          : { sizeExpected: Math.min(pieceSize, options.offset + sizeExpected - offset) }),
      })
      const appended = await attach(ports, upload, staged, { offset, ...named })
      await joinSmallParts(ports, appended.upload, offset, appended.offset)
      offset = appended.offset
      if (body.isOver) return body.requireWhole(appended)
    }
  } finally {
    await body.close()
  }
}

async function attach(
  ports: Ports,
  upload: UploadIn,
  staged: Staged,
  at: Pick<AppendPart, 'offset' | 'sizeNamed'>,
): Promise<Appended> {
  const { account, ...address } = upload
  try {
    const now = ports.clock.now()
    return await ports.metadata.appendPart({ account, upload: address, ...at, staged, now })
  } catch (error) {
    await createStaging(ports).discard(staged)
    throw error
  }
}

/** A body in pieces, one after another. */
class Pieces {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array | null = null
  #error: { readonly of: unknown } | null = null
  #isOver = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Throws what the source failed with. */
  requireWhole<Value>(value: Value): Value {
    if (this.#error !== null) throw this.#error.of
    return value
  }

  /** The next `size` bytes, or as many as there are. Fails as the source does. */
  async *piece(size: number): AsyncIterable<Uint8Array> {
    for (let left = size; left > 0; ) {
      const chunk = await this.#next()
      if (chunk === null) return
      if (chunk.byteLength > left) this.#rest = chunk.subarray(left)
      yield chunk.subarray(0, left)
      left -= Math.min(left, chunk.byteLength)
    }
    // Whether it is over shows with the next chunk alone.
    this.#rest ??= await this.#next()
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #next(): Promise<Uint8Array | null> {
    const rest = this.#rest
    this.#rest = null
    if (rest !== null) return rest
    try {
      const chunk = await this.#chunks.next()
      if (chunk.done !== true) return chunk.value
    } catch (error) {
      this.#error = { of: error }
      this.#isOver = true
      throw error
    }
    this.#isOver = true
    return null
  }
}
