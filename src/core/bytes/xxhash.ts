import xxhash from 'xxhash-wasm'
import {
  avalanche,
  folded,
  type Hash128,
  PRIME32_1,
  PRIME64_1,
  PRIME64_2,
  SECRET,
  SHORT_MAX,
  short64,
  short128,
  u64,
} from './xxh3-short.ts'

const { create64 } = await xxhash()

const STRIPE = 64
const LANES = 8
/** Stripes between two turns of all lanes. */
const STRIPES = 16
const secret = Array.from({ length: SECRET.byteLength - 3 }, (_, at) => SECRET.readUInt32LE(at))
/** Where the secret of the turn begins, and that of the last stripe. */
const [TURN, LAST] = [SECRET.byteLength - STRIPE, SECRET.byteLength - STRIPE - 7]
/** PRIME32_3, PRIME64_1 to 4, PRIME32_2, PRIME64_5 and PRIME32_1. */
const BEGINNING = [
  ...[0xc2b2ae3dn, 0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n],
  ...[0x85ebca77n, 0x27d4eb2f165667c5n, 0x9e3779b1n],
]

/** XXH3 of bytes as they come, of 64 and of 128 bits (its specification, 0.2.0). Lanes are pairs of 32 bits, the low one first. */
class Xxh3 {
  readonly #lanes = new Uint32Array(2 * LANES)
  /** The first bytes, for inputs that are short. */
  readonly #head = Buffer.alloc(SHORT_MAX)
  /** The last stripe that was taken, and up to a stripe behind it. */
  readonly #last = Buffer.alloc(2 * STRIPE)
  #held = 0
  #size = 0
  #stripe = 0

  constructor() {
    for (const [lane, value] of BEGINNING.entries()) {
      this.#lanes[2 * lane] = Number(value & 0xffffffffn)
      this.#lanes[2 * lane + 1] = Number(value >> 32n)
    }
  }

  /** A stripe is taken once it is known not to be the last one. */
  update(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#size < SHORT_MAX) bytes.copy(this.#head, this.#size, 0, SHORT_MAX - this.#size)
    this.#size += bytes.byteLength
    let from = Math.min(STRIPE - this.#held, bytes.byteLength)
    bytes.copy(this.#last, STRIPE + this.#held, 0, from)
    this.#held += from
    if (from === bytes.byteLength) return
    this.#take(this.#last, STRIPE)
    this.#last.copy(this.#last, 0, STRIPE)
    for (; bytes.byteLength - from > STRIPE; from += STRIPE) this.#take(bytes, from)
    if (from >= STRIPE) bytes.copy(this.#last, 0, from - STRIPE, from)
    else bytes.copy(this.#last, STRIPE - from, 0, from)
    this.#held = bytes.copy(this.#last, STRIPE, from)
  }

  digest64(): bigint {
    if (this.#size <= SHORT_MAX) return short64(this.#head.subarray(0, this.#size))
    return merged(this.#ended(), 11, BigInt(this.#size) * PRIME64_1)
  }

  digest128(): Hash128 {
    if (this.#size <= SHORT_MAX) return short128(this.#head.subarray(0, this.#size))
    const lanes = this.#ended()
    const size = BigInt(this.#size)
    return {
      low: merged(lanes, 11, size * PRIME64_1),
      high: merged(lanes, SECRET.byteLength - STRIPE - 11, ~u64(size * PRIME64_2)),
    }
  }

  #take(bytes: Buffer, from: number): void {
    accumulate(this.#lanes, bytes, from, 8 * this.#stripe)
    this.#stripe += 1
    if (this.#stripe < STRIPES) return
    this.#stripe = 0
    scramble(this.#lanes)
  }

  /** The lanes with the last 64 bytes in them. */
  #ended(): Uint32Array {
    const lanes = this.#lanes.slice()
    accumulate(lanes, this.#last, this.#held, LAST)
    return lanes
  }
}

function accumulate(lanes: Uint32Array, bytes: Buffer, from: number, key: number): void {
  for (let lane = 0; lane < LANES; lane++) {
    const at = from + 8 * lane
    const low = bytes.readUInt32LE(at)
    const high = bytes.readUInt32LE(at + 4)
    add(lanes, 2 * (lane ^ 1), low, high)
    const a = (low ^ (secret[key + 8 * lane] ?? 0)) >>> 0
    const b = (high ^ (secret[key + 8 * lane + 4] ?? 0)) >>> 0
    add(lanes, 2 * lane, Math.imul(a, b) >>> 0, highOf(a, b))
  }
}

function scramble(lanes: Uint32Array): void {
  for (let lane = 0; lane < LANES; lane++) {
    const high = lanes[2 * lane + 1] ?? 0
    const low = ((lanes[2 * lane] ?? 0) ^ (high >>> 15) ^ (secret[TURN + 8 * lane] ?? 0)) >>> 0
    const other = (high ^ (secret[TURN + 8 * lane + 4] ?? 0)) >>> 0
    lanes[2 * lane] = Math.imul(low, PRIME32_1)
    lanes[2 * lane + 1] = highOf(low, PRIME32_1) + Math.imul(other, PRIME32_1)
  }
}

function add(lanes: Uint32Array, at: number, low: number, high: number): void {
  const sum = (lanes[at] ?? 0) + low
  lanes[at] = sum
  lanes[at + 1] = (lanes[at + 1] ?? 0) + high + (sum > 0xffffffff ? 1 : 0)
}

/** The upper 32 bits of a product. */
function highOf(a: number, b: number): number {
  const [lowA, lowB] = [a & 0xffff, b & 0xffff]
  const [highA, highB] = [a >>> 16, b >>> 16]
  const middle = highA * lowB + (Math.imul(lowA, lowB) >>> 16)
  const other = lowA * highB + (middle & 0xffff)
  return highA * highB + (middle >>> 16) + (other >>> 16)
}

function merged(lanes: Uint32Array, key: number, beginning: bigint): bigint {
  const lane = (index: number) => BigInt(lanes[2 * index] ?? 0) | (BigInt(lanes[2 * index + 1] ?? 0) << 32n)
  let sum = u64(beginning)
  for (let pair = 0; pair < LANES / 2; pair++) {
    const at = key + 16 * pair
    sum += folded(
      lane(2 * pair) ^ SECRET.readBigUInt64LE(at),
      lane(2 * pair + 1) ^ SECRET.readBigUInt64LE(at + 8),
    )
  }
  return avalanche(u64(sum))
}

const hex64 = (value: bigint): string => value.toString(16).padStart(16, '0')

/** The digests are lower-case hex, the most significant digits first. */
interface HexSum {
  update(chunk: Uint8Array): void
  digest(): string
}

export function newXxh3(): HexSum {
  const sum = new Xxh3()
  return { update: (chunk) => sum.update(chunk), digest: () => hex64(sum.digest64()) }
}

export function newXxh128(): HexSum {
  const sum = new Xxh3()
  return {
    update: (chunk) => sum.update(chunk),
    digest: () => {
      const { low, high } = sum.digest128()
      return hex64(high) + hex64(low)
    },
  }
}

export function newXxh64(): HexSum {
  const sum = create64()
  return {
    update: (chunk) => {
      sum.update(chunk)
    },
    digest: () => hex64(sum.digest()),
  }
}
