import {
  advance,
  assemble,
  type Code,
  get,
  isLess,
  load,
  repeat,
  store,
  type WasmFunction,
  xor,
} from './assembler.ts'

/**
 * Makes a long piece of bytes short without changing the CRC of the whole.
 *
 * A CRC is the remainder of the bytes, as a polynomial over GF(2), by the CRC's polynomial P. Any multiple of P may be added to the bytes. If
 * Q(x) = x^d + … + 1 is a multiple of P, so is Q(x)^8 = Q(x^8): a multiple whose terms lie at whole bytes. So each byte from the front can be
 * taken away by adding it to the bytes that lie behind it, at distances that Q's terms give. With few terms this is a few XORs of vectors, and what is left
 * at the end are `d` bytes and a few more.
 */
export interface Folding {
  readonly name: string
  /** The exponents of Q, without 0, in ascending order: d is the last. */
  readonly exponents: readonly number[]
}

/** 1 + x^89 + … : the multiple of CRC-32's polynomial with five terms that is shortest. */
export const OF_CRC32: Folding = { name: 'crc32', exponents: [89, 117, 155, 300] }
/** A multiple of the polynomial of CRC-64/XZ with eight terms. One with fewer would be a hundred times as long. */
export const OF_CRC64: Folding = { name: 'crc64', exponents: [153, 509, 1008, 1162, 1251, 1286, 1403] }

/** The same for CRC-64/NVME. */
export const OF_CRC64_NVME: Folding = {
  name: 'crc64nvme',
  exponents: [204, 394, 601, 848, 895, 1621, 1852],
}

/** Bytes that one fold takes. */
export const FOLDED_SIZE_MAX = 128 * 1024
/** Fewer are not worth it. */
export const FOLDED_SIZE_MIN = 8 * 1024

/** Bytes that one turn of the loop takes: less than any distance. */
const STEP = 64
const VECTOR_SIZE = 16
/** More than any d, and a step. */
const WINDOW_SIZE = 2048
/** What has been taken away, from here on; a window of what was taken away before lies in front of it. */
const TAKEN = WINDOW_SIZE
const PIECE = TAKEN + FOLDED_SIZE_MAX + WINDOW_SIZE
const REST = PIECE + FOLDED_SIZE_MAX + WINDOW_SIZE
const PAGES = Math.ceil((REST + WINDOW_SIZE) / 65536)

const [FROM, WINDOW, TO, END] = [0, 1, 2, 3] as const

/** From `from` on, bytes and what reaches them of the bytes in the window, which begins `d` bytes earlier, to `to` until `end`. */
function kernel({ name, exponents }: Folding): WasmFunction {
  const vectors = Array.from({ length: STEP / VECTOR_SIZE }, (_, index) => index * VECTOR_SIZE)
  const added = (at: number): Code =>
    [0, ...exponents.slice(0, -1)].flatMap((offset) => [...get(WINDOW), ...load(at + offset), ...xor])
  const folded = vectors.flatMap((at) => [...get(TO), ...get(FROM), ...load(at), ...added(at), ...store(at)])
  const onwards = [FROM, WINDOW, TO].flatMap((pointer) => advance(pointer, STEP))
  const body = repeat([...folded, ...onwards, ...get(TO), ...get(END), ...isLess])
  return { name, params: 4, vectors: 0, body }
}

const FOLDINGS = [OF_CRC32, OF_CRC64, OF_CRC64_NVME]

type Kernel = (from: number, window: number, to: number, end: number) => void

/** As much of WebAssembly as is used here: the types of Node do not have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(FOLDINGS.map(kernel), PAGES)))
const memory = new Uint8Array((exports.memory as { readonly buffer: ArrayBuffer }).buffer)

/**
 * Bytes with the same CRC as `piece`, from a register that is 0: some hundreds of them, for a piece of FOLDED_SIZE_MIN to FOLDED_SIZE_MAX bytes.
 * `register`: what the CRC's register has before the piece, its first byte first. The result lasts until the next call.
 */
export function fold({ name, exponents }: Folding, register: Uint8Array, piece: Uint8Array): Uint8Array {
  const run = exports[name] as Kernel
  const degree = exponents.at(-1) ?? 0
  const size = piece.byteLength
  const takenSize = Math.floor((size - degree) / STEP) * STEP
  const window = TAKEN - degree
  memory.set(piece, PIECE)
  // In the place of what a degree earlier was taken away, the register reaches the first bytes.
  memory.fill(0, window, TAKEN)
  memory.set(register, window)
  run(PIECE, window, TAKEN, TAKEN + takenSize)
  // The rest stays where it is: nothing of it is taken away.
  memory.fill(0, TAKEN + takenSize, TAKEN + size + STEP)
  const restSize = size - takenSize
  run(PIECE + takenSize, window + takenSize, REST, REST + restSize)
  return memory.subarray(REST, REST + restSize)
}
