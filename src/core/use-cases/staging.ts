import { Digester } from '../bytes/digests.ts'
import { GrowingBytes } from '../bytes/growing-bytes.ts'
import { CoreError } from '../errors.ts'
import { newSegmentName, type SegmentName } from '../ids.ts'
import type { PartTarget } from '../model/addresses.ts'
import {
  type DigestName,
  type Digests,
  INLINE_SIZE_MAX,
  type SegmentFacts,
  type Staged,
} from '../model/bytes.ts'
import type { OpenAssembly, SlotWriter } from '../ports/assembly.ts'
import type { SegmentWriter } from '../ports/blobs.ts'
import type { Ports } from '../ports.ts'
import { claimSlot, giveUpSlot } from './assembling.ts'
import { removeSegment, SegmentLease } from './lease.ts'

export interface ReceiveOptions {
  /** More bytes fail with `body-too-large`, as soon as they show. */
  readonly sizeMax: number
  /** The announced length; any other fails with `body-truncated`, and room is checked before the first byte. */
  readonly sizeExpected?: number
  /** The most bytes that can come, if no length is announced. Without `part`, more are fine. Over 4 MiB they go to the store from the first. */
  readonly sizeAtMost?: number
  /**
   * The part that the bytes are for, if it is known. Then they can be attached to this part alone. A store that puts parts
   * together takes them at their place.
   */
  readonly part?: PartTarget | undefined
  /** Digests to compute. Those in `expected` are computed anyway. */
  readonly digests?: readonly DigestName[]
  /** What the bytes must come to, else `digest-mismatch`. */
  readonly expected?: Digests
  /** What becomes of a body whose source fails. `keep`: what came until then is staged, as if it had ended there. Default: `drop`. */
  readonly onBreak?: 'drop' | 'keep'
}

/** Takes bytes in before it is known what they belong to. */
export interface Staging {
  /**
   * Reads `source` to its end with bounded memory. Small bodies stay in memory (`inline`). Others are durable in the blob
   * store when this resolves. After a failure nothing is left behind. An error of the source is rethrown, unless what came is kept.
   */
  receive(source: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<Staged>
  /** Gives up bytes that were received and not attached. Never rejects: the sweep removes what is left. */
  discard(staged: Staged): Promise<void>
}

export function createStaging(ports: Ports): Staging {
  return {
    receive: (source, options) => receive(ports, source, options),
    discard: (staged) => discard(ports, staged),
  }
}

async function discard(ports: Ports, staged: Staged): Promise<void> {
  if (staged.where === 'store') await removeSegment(ports, staged.name)
  if (staged.where === 'assembly') await giveUpSlot(ports, staged)
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
  const chunks = options.onBreak === 'keep' ? untilBroken(source) : source
  try {
    for await (const chunk of chunks) await sink.write(chunk)
    return checked(await sink.finish(), expected)
  } catch (error) {
    await sink.abort()
    throw error
  }
}

/** What comes before the source fails. */
async function* untilBroken(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  const next = () => chunks.next().catch(() => ({ done: true }) as const)
  try {
    for (let chunk = await next(); chunk.done !== true; chunk = await next()) yield chunk.value
  } finally {
    await chunks.return?.()
  }
}

/** Of a form that leaves its file more than this, the file has most: fields are far smaller. */
const LARGE_AT_MOST = 4 * 1024 * 1024

/** Keeps bytes in memory while the body is small, and streams a larger body to the blob store. */
class Sink {
  readonly #ports: Ports
  readonly #name: SegmentName
  readonly #digests: readonly DigestName[]
  readonly #options: ReceiveOptions
  readonly #held: GrowingBytes
  #size = 0
  #writer: Destination | null = null
  #slot: OpenAssembly | null = null
  readonly #lease: SegmentLease

  constructor(ports: Ports, name: SegmentName, digests: readonly DigestName[], options: ReceiveOptions) {
    this.#ports = ports
    this.#name = name
    this.#digests = digests
    this.#options = options
    const { sizeExpected, sizeAtMost = 0 } = options
    this.#held = new GrowingBytes(this.#isLarge() ? 0 : Math.min(sizeExpected ?? sizeAtMost, INLINE_SIZE_MAX))
    this.#lease = new SegmentLease(ports, name)
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.byteLength
    const { sizeMax, sizeExpected } = this.#options
    if (this.#size > sizeMax) throw tooLarge(sizeMax)
    if (sizeExpected !== undefined && this.#size > sizeExpected) throw truncated(sizeExpected, this.#size)
    if (this.#size <= INLINE_SIZE_MAX && !this.#isLarge()) {
      this.#held.add(chunk)
      return
    }
    const writer = this.#writer ?? (await this.#spill())
    if (this.#lease.wasTaken) await this.#lease.extend()
    await writer.write(chunk)
  }

  async finish(): Promise<Staged> {
    const { sizeExpected, onBreak } = this.#options
    if (sizeExpected !== undefined && this.#size !== sizeExpected && onBreak !== 'keep')
      throw truncated(sizeExpected, this.#size)
    if (this.#writer !== null) return await this.#writer.finish()
    const bytes = this.#held.bytes()
    return { where: 'inline', name: this.#name, facts: measure(bytes, this.#digests), bytes }
  }

  async abort(): Promise<void> {
    await this.#writer?.abort()
    if (this.#lease.wasTaken) await removeSegment(this.#ports, this.#name)
    if (this.#slot !== null) await giveUpSlot(this.#ports, this.#slot)
  }

  /** Whether the bytes are known from the start to be too many to stay in memory, or all but known. */
  #isLarge(): boolean {
    const { sizeExpected, sizeAtMost = 0 } = this.#options
    return sizeExpected === undefined ? sizeAtMost > LARGE_AT_MOST : sizeExpected > INLINE_SIZE_MAX
  }

  /** What is held goes to the store, and its memory is freed: of many bodies that grow large at once, each has some. */
  async #spill(): Promise<Destination> {
    const { blobs } = this.#ports
    const { sizeExpected } = this.#options
    await blobs.reserve(sizeExpected ?? this.#size)
    const writer = (await this.#openSlot()) ?? (await this.#openSegment())
    this.#writer = writer
    if (this.#held.size > 0) await writer.write(this.#held.bytes())
    this.#held.free()
    return writer
  }

  async #openSegment(): Promise<Destination> {
    await this.#lease.take()
    const { sizeExpected } = this.#options
    const options = { digests: this.#digests, sizeExpected }
    return intoSegment(this.#name, await this.#ports.blobs.create(this.#name, options))
  }

  /** Null if the bytes belong to no part, or the part has no slot. */
  async #openSlot(): Promise<Destination | null> {
    const { assembly } = this.#ports
    const { part, sizeExpected = this.#options.sizeAtMost } = this.#options
    if (assembly === undefined || part === undefined || sizeExpected === undefined) return null
    this.#slot = await claimSlot(this.#ports, part, sizeExpected)
    if (this.#slot === null) return null
    const elsewhere = async () => {
      await this.#lease.take()
      return this.#name
    }
    const options = { digests: this.#digests, sizeExpected, elsewhere }
    return intoSlot(this.#slot, this.#name, await assembly.createSlot(this.#slot, part.number, options))
  }
}

/** A writer that knows where its bytes are. */
interface Destination extends Omit<SegmentWriter, 'finish'> {
  finish(): Promise<Staged>
}

const intoSegment = (name: SegmentName, writer: SegmentWriter): Destination => ({
  write: (chunk) => writer.write(chunk),
  finish: async () => ({ where: 'store', name, facts: await writer.finish() }),
  abort: () => writer.abort(),
})

const intoSlot = (slot: OpenAssembly, elsewhere: SegmentName, writer: SlotWriter): Destination => ({
  write: (chunk) => writer.write(chunk),
  finish: async () => {
    const { facts, receipt } = await writer.finish()
    return receipt === null
      ? { where: 'store', name: elsewhere, facts }
      : { where: 'assembly', name: slot.name, token: slot.token, facts, receipt }
  },
  abort: () => writer.abort(),
})

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
