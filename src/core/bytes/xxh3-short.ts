/** What XXH3 is made of (its specification, 0.2.0, §4), with numbers of 64 bits as they are, for few bytes and for endings. */
export const SECRET = Buffer.from(
  [
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c',
    '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364',
    'eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
  ].join(''),
  'hex',
)
export const PRIME32_1 = 0x9e3779b1
const PRIME32_2 = 0x85ebca77n
export const PRIME64_1 = 0x9e3779b185ebca87n
export const PRIME64_2 = 0xc2b2ae3d27d4eb4fn
const PRIME64_3 = 0x165667b19e3779f9n
const PRIME64_4 = 0x85ebca77c2b2ae63n
const MIX_1 = 0x165667919e3779f9n
const MIX_2 = 0x9fb21c651e98df25n
/** Inputs of up to so many bytes have ways of their own. */
export const SHORT_MAX = 240
/** Where the secret's last turn begins. */
const LAST = 136

export interface Hash128 {
  readonly low: bigint
  readonly high: bigint
}

const MASK = 0xffffffffffffffffn
export const u64 = (value: bigint): bigint => value & MASK
const at = (bytes: Buffer, place: number): bigint => bytes.readBigUInt64LE(place)
const key = (place: number): bigint => SECRET.readBigUInt64LE(place)
const key32 = (place: number): bigint => BigInt(SECRET.readUInt32LE(place))
const rotated = (value: bigint, by: bigint): bigint => u64(value << by) | (value >> (64n - by))

function swapped(value: bigint): bigint {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes.readBigUInt64BE()
}

export function folded(a: bigint, b: bigint): bigint {
  const product = a * b
  return u64(product) ^ (product >> 64n)
}

export function avalanche(value: bigint): bigint {
  const mixed = u64((value ^ (value >> 37n)) * MIX_1)
  return mixed ^ (mixed >> 32n)
}

function avalanche64(value: bigint): bigint {
  const first = u64((value ^ (value >> 33n)) * PRIME64_2)
  const second = u64((first ^ (first >> 29n)) * PRIME64_3)
  return second ^ (second >> 32n)
}

const mixed16 = (bytes: Buffer, place: number, secret: number): bigint =>
  folded(at(bytes, place) ^ key(secret), at(bytes, place + 8) ^ key(secret + 8))

/** The hash of 64 bits of up to SHORT_MAX bytes. */
export function short64(bytes: Buffer): bigint {
  const size = bytes.byteLength
  if (size === 0) return avalanche64(key(56) ^ key(64))
  if (size <= 3) return avalanche64(combined(bytes) ^ key32(0) ^ key32(4))
  if (size <= 8) {
    const input = BigInt(bytes.readUInt32LE(size - 4)) + (BigInt(bytes.readUInt32LE(0)) << 32n)
    return rrmxmx(input ^ key(8) ^ key(16), BigInt(size))
  }
  if (size <= 16) {
    const low = at(bytes, 0) ^ key(24) ^ key(32)
    const high = at(bytes, size - 8) ^ key(40) ^ key(48)
    return avalanche(u64(BigInt(size) + swapped(low) + high + folded(low, high)))
  }
  return size <= 128 ? middle64(bytes) : upper64(bytes)
}

const combined = (bytes: Buffer): bigint => {
  const size = bytes.byteLength
  const [first = 0, middle = 0, last = 0] = [bytes[0], bytes[size >> 1], bytes[size - 1]]
  return BigInt(first) * 0x10000n + BigInt(middle) * 0x1000000n + BigInt(last) + BigInt(size) * 0x100n
}

function rrmxmx(value: bigint, size: bigint): bigint {
  const first = u64((value ^ rotated(value, 49n) ^ rotated(value, 24n)) * MIX_2)
  const second = u64((first ^ u64((first >> 35n) + size)) * MIX_2)
  return second ^ (second >> 28n)
}

function middle64(bytes: Buffer): bigint {
  const size = bytes.byteLength
  let sum = u64(BigInt(size) * PRIME64_1)
  for (let turn = (size - 1) >> 5; turn >= 0; turn--)
    sum = u64(
      sum + mixed16(bytes, 16 * turn, 32 * turn) + mixed16(bytes, size - 16 * (turn + 1), 32 * turn + 16),
    )
  return avalanche(sum)
}

function upper64(bytes: Buffer): bigint {
  const size = bytes.byteLength
  let sum = u64(BigInt(size) * PRIME64_1)
  for (let turn = 0; turn < 8; turn++) sum += mixed16(bytes, 16 * turn, 16 * turn)
  sum = avalanche(u64(sum))
  for (let turn = 8; turn < size >> 4; turn++) sum += mixed16(bytes, 16 * turn, 16 * (turn - 8) + 3)
  return avalanche(u64(sum + mixed16(bytes, size - 16, LAST - 17)))
}

/** The hash of 128 bits of up to SHORT_MAX bytes. */
export function short128(bytes: Buffer): Hash128 {
  const size = bytes.byteLength
  if (size === 0) return { low: avalanche64(key(64) ^ key(72)), high: avalanche64(key(80) ^ key(88)) }
  if (size <= 3) return tiny128(combined(bytes))
  if (size <= 8) return small128(bytes)
  if (size <= 16) return medium128(bytes)
  return longer128(bytes)
}

function tiny128(low: bigint): Hash128 {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(Number(low))
  const turned = bytes.readUInt32BE()
  const high = BigInt(((turned << 13) | (turned >>> 19)) >>> 0)
  return { low: avalanche64(low ^ key32(0) ^ key32(4)), high: avalanche64(high ^ key32(8) ^ key32(12)) }
}

function small128(bytes: Buffer): Hash128 {
  const size = bytes.byteLength
  const input = BigInt(bytes.readUInt32LE(0)) + (BigInt(bytes.readUInt32LE(size - 4)) << 32n)
  const product = (input ^ key(16) ^ key(24)) * (PRIME64_1 + BigInt(size << 2))
  const high = u64((product >> 64n) + (u64(product) << 1n))
  const first = u64(product) ^ (high >> 3n)
  const second = u64((first ^ (first >> 35n)) * MIX_2)
  return { low: second ^ (second >> 28n), high: avalanche(high) }
}

function medium128(bytes: Buffer): Hash128 {
  const size = bytes.byteLength
  const last = at(bytes, size - 8)
  const product = (at(bytes, 0) ^ last ^ key(32) ^ key(40)) * PRIME64_1
  const low = u64(u64(product) + (BigInt(size - 1) << 54n))
  const flipped = last ^ key(48) ^ key(56)
  const high = u64((product >> 64n) + flipped + (flipped & 0xffffffffn) * (PRIME32_2 - 1n))
  const whole = (low ^ swapped(high)) * PRIME64_2
  return { low: avalanche(u64(whole)), high: avalanche(u64((whole >> 64n) + high * PRIME64_2)) }
}

function longer128(bytes: Buffer): Hash128 {
  const size = bytes.byteLength
  const sum: Mixing = { low: u64(BigInt(size) * PRIME64_1), high: 0n }
  if (size <= 128) {
    for (let turn = (size - 1) >> 5; turn >= 0; turn--)
      mix32(sum, bytes, [16 * turn, size - 16 * (turn + 1)], 32 * turn)
  } else {
    for (let turn = 0; turn < 4; turn++) mix32(sum, bytes, [32 * turn, 32 * turn + 16], 32 * turn)
    sum.low = avalanche(sum.low)
    sum.high = avalanche(sum.high)
    for (let turn = 4; turn < size >> 5; turn++)
      mix32(sum, bytes, [32 * turn, 32 * turn + 16], 3 + 32 * (turn - 4))
    mix32(sum, bytes, [size - 16, size - 32], LAST - 17 - 16)
  }
  const high = sum.low * PRIME64_1 + sum.high * PRIME64_4 + BigInt(size) * PRIME64_2
  return { low: avalanche(u64(sum.low + sum.high)), high: u64(-avalanche(u64(high))) }
}

interface Mixing {
  low: bigint
  high: bigint
}

function mix32(sum: Mixing, bytes: Buffer, [a, b]: readonly [number, number], secret: number): void {
  sum.low = u64(sum.low + mixed16(bytes, a, secret)) ^ u64(at(bytes, b) + at(bytes, b + 8))
  sum.high = u64(sum.high + mixed16(bytes, b, secret + 16)) ^ u64(at(bytes, a) + at(bytes, a + 8))
}
