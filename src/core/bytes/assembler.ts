/**
 * WebAssembly, written as lists of bytes: each function gives the bytes of one instruction (WebAssembly core specification 2.0, chapter 5). Only what
 * this project's kernels need is here.
 */
export type Code = readonly number[]

export interface WasmFunction {
  readonly name: string
  /** How many numbers of 32 bits it is called with: locals 0 and up. It gives nothing back. */
  readonly params: number
  /** How many locals of 128 bits follow them. */
  readonly vectors: number
  readonly body: Code
}

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
export const int32 = (value: number): Code => [0x41, ...signed(value)]
export const add: Code = [0x6a]
export const isLess: Code = [0x49]
/** The body again, for as long as what it ends with is true. */
export const repeat = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b]
/** 16 bytes from the address on the stack, and `offset` more. */
export const load = (offset: number): Code => [0xfd, 0x00, 0x00, ...unsigned(offset)]
/** The vector to the address below it, and `offset` more. */
export const store = (offset: number): Code => [0xfd, 0x0b, 0x00, ...unsigned(offset)]
export const xor: Code = [0xfd, 0x51]
/** Adds a constant to a local of 32 bits. */
export const advance = (local: number, by: number): Code => [
  ...get(local),
  ...int32(by),
  ...add,
  ...set(local),
]

const INT32 = 0x7f
const VECTOR = 0x7b
const SECTIONS = { types: 1, functions: 3, memory: 5, exports: 7, code: 10 } as const
const KINDS = { function: 0, memory: 2 } as const

/** A module with these functions and a `memory` of so many pages of 64 KiB. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params }) => [
    0x60,
    ...list(Array.from({ length: params }, () => [INT32])),
    0,
  ])
  const exports = functions.map(({ name }, index) => [...text(name), KINDS.function, ...unsigned(index)])
  const code = functions.map(({ vectors, body }) => {
    const locals = vectors === 0 ? [] : [[...unsigned(vectors), VECTOR]]
    return sized([...list(locals), ...body, 0x0b])
  })
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(SECTIONS.types, list(types)),
    ...section(SECTIONS.functions, list(functions.map((_, index) => unsigned(index)))),
    ...section(SECTIONS.memory, list([[0x00, ...unsigned(pages)]])),
    ...section(SECTIONS.exports, list([...exports, [...text('memory'), KINDS.memory, 0]])),
    ...section(SECTIONS.code, list(code)),
  ])
}

const section = (id: number, content: Code): Code => [id, ...sized(content)]
const sized = (content: Code): Code => [...unsigned(content.length), ...content]
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const text = (value: string): Code => sized([...Buffer.from(value)])

/** LEB128. */
function unsigned(value: number): Code {
  const low = value & 0x7f
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): Code {
  const low = value & 0x7f
  const isLast = value >= -0x40 && value < 0x40
  return isLast ? [low] : [low | 0x80, ...signed(value >> 7)]
}
