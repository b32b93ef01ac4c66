import type { Ports } from './core.ts'
import { Digester } from './digests.ts'
import { CoreError } from './errors.ts'
import { GrowingBytes } from './growing-bytes.ts'
import { newSegmentName, type SegmentName } from './ids.ts'
import { removeSegment, SegmentLease } from './lease.ts'
import type { DigestName, Digests, SegmentFacts, Staged } from './model.ts'
import type { SegmentWriter } from './ports.ts'

/** Bodies up to this many bytes are kept with the facts: one transaction makes both durable. */
export const INLINE_SIZE_MAX = 64 * 1024

export interface ReceiveOptions {
  /** More bytes fail with `body-too-large`, as soon as they show. */
  readonly sizeMax: number
  /** The announced length; any other fails with `body-truncated`, and room is checked before the first byte. */
  readonly sizeExpected?: number
  /** Digests to compute. Those in `expected` are computed anyway. */
  readonly digests?: readonly DigestName[]
  /** What the bytes must come to, else `digest-mismatch`. */
  readonly expected?: Digests
}

/** Takes bytes in before it is known what they belong to. */
export interface Staging {
  /**
   * Reads `source` to its end with bounded memory. Small bodies stay in memory (`inline`), others are durable in the blob
   * store when this resolves. On any failure nothing is left behind, and the source's own error is rethrown.
   */
  receive(source: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<Staged>
  /** Gives up bytes that were received but not attached. Never rejects: what fails here, the sweep does later. */
  discard(staged: Staged): Promise<void>
}

export function createStaging(ports: Ports): Staging {
  return {
    receive: (source, options) => receive(ports, source, options),
    discard: (staged) => (staged.where === 'store' ? removeSegment(ports, staged.name) : Promise.resolve()),
  }
}

async function receive(
  ports: Ports,
  source: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<Staged> {
  const expected = options.expected ?? {}
  const digests = [...new Set([...(options.digests ?? []), ...(Object.keys(expected) as DigestName[])])]
  const { sizeExpected = 0 } = options
  if (sizeExpected > options.sizeMax) throw tooLarge(options.sizeMax)
  if (sizeExpected > INLINE_SIZE_MAX) await ports.blobs.reserve(sizeExpected)
  const name = newSegmentName(ports.random)
  const sink = new Sink(ports, name, digests, options)
  try {
    for await (const chunk of source) await sink.write(chunk)
    return checked(await sink.finish(), expected)
  } catch (error) {
    await sink.abort()
    throw error
  }
}

/** Holds bytes back while they may still be a small body; past that, streams them to the blob store. */
class Sink {
  readonly #ports: Ports
  readonly #name: SegmentName
  readonly #digests: readonly DigestName[]
  readonly #options: ReceiveOptions
  #held = new GrowingBytes()
  #size = 0
  #writer: SegmentWriter | null = null
  readonly #lease: SegmentLease

  constructor(ports: Ports, name: SegmentName, digests: readonly DigestName[], options: ReceiveOptions) {
    this.#ports = ports
    this.#name = name
    this.#digests = digests
    this.#options = options
    this.#lease = new SegmentLease(ports, name)
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.byteLength
    const { sizeMax, sizeExpected } = this.#options
    if (this.#size > sizeMax) throw tooLarge(sizeMax)
    if (sizeExpected !== undefined && this.#size > sizeExpected) throw truncated(sizeExpected, this.#size)
    if (this.#writer === null) {
      this.#held.add(chunk)
      if (this.#size > INLINE_SIZE_MAX) await this.#spill()
    } else {
      await this.#lease.extend()
      await this.#writer.write(chunk)
    }
  }

  async finish(): Promise<Staged> {
    const { sizeExpected } = this.#options
    if (sizeExpected !== undefined && this.#size !== sizeExpected) throw truncated(sizeExpected, this.#size)
    if (this.#writer !== null) return { where: 'store', name: this.#name, facts: await this.#writer.finish() }
    const bytes = this.#held.bytes()
    return { where: 'inline', name: this.#name, facts: measure(bytes, this.#digests), bytes }
  }

  async abort(): Promise<void> {
    if (!this.#lease.wasTaken) return
    await this.#writer?.abort()
    await removeSegment(this.#ports, this.#name)
  }

  async #spill(): Promise<void> {
    const { blobs } = this.#ports
    const { sizeExpected } = this.#options
    await blobs.reserve(sizeExpected ?? this.#size)
    await this.#lease.take()
    this.#writer = await blobs.create(this.#name, { digests: this.#digests, sizeExpected })
    await this.#writer.write(this.#held.bytes())
    this.#held = new GrowingBytes()
  }
}

function measure(bytes: Uint8Array, digests: readonly DigestName[]): SegmentFacts {
  const digester = new Digester(digests)
  digester.update(bytes)
  return digester.finish()
}

function checked(staged: Staged, expected: Digests): Staged {
  for (const [digest, value] of Object.entries(expected)) {
    if (staged.facts.digests[digest as DigestName] !== value) {
      throw new CoreError('digest-mismatch', `the body's ${digest} is not the one that was sent`, { digest })
    }
  }
  return staged
}

const tooLarge = (sizeMax: number): CoreError =>
  new CoreError('body-too-large', 'the body is over the limit', { sizeMax })

const truncated = (expected: number, received: number): CoreError =>
  new CoreError('body-truncated', 'the body does not have its announced length', { expected, received })
