import { textAt } from '../../bytes.ts'

const MODES_MAX = 64
const MODE_BITS = 41

/** What tells how long a Vorbis packet is. */
export interface VorbisModes {
  /** Samples of short and long blocks. */
  readonly blocks: readonly [number, number]
  /** For each mode, whether its blocks are long. */
  readonly isLong: readonly boolean[]
}

/**
 * The modes, which stand at the end of the setup packet (Vorbis I §4.2.4): each has 41 bits, of which 32 are zero and the last 8 are the number
 * of a mapping. They are read from the end, as nothing in front of them needs to be known then. Null: this is no setup packet.
 */
export function readModes(identification: Uint8Array, setup: Uint8Array): VorbisModes | null {
  const sizes = identification[28] ?? 0
  const blocks = [1 << (sizes & 15), 1 << (sizes >> 4)] as const
  if (textAt(setup, 0, 7) !== '\x05vorbis') return null
  const bit = (at: number): number => ((setup[at >> 3] ?? 0) >> (at & 7)) & 1
  const number = (at: number, count: number): number => {
    let value = 0
    for (let index = count - 1; index >= 0; index--) value = value * 2 + bit(at + index)
    return value
  }
  let end = setup.length * 8 - 1
  while (end > 0 && bit(end) === 0) end--
  const isLong: boolean[] = []
  let found: readonly boolean[] | null = null
  for (let at = end - MODE_BITS; at > 56 && isLong.length < MODES_MAX; at -= MODE_BITS) {
    if (number(at + 1, 32) !== 0 || number(at + 33, 8) > 63) break
    isLong.unshift(bit(at) === 1)
    if (number(at - 6, 6) + 1 === isLong.length) found = [...isLong]
  }
  return found === null ? null : { blocks, isLong: found }
}

/** Samples of one channel that packets last which follow each other: two blocks overlap by half of each. */
export function vorbisSamples({ blocks, isLong }: VorbisModes, packets: readonly Uint8Array[]): number {
  const modeBits = isLong.length > 1 ? 32 - Math.clz32(isLong.length - 1) : 0
  const sizes = packets.map(
    ([first = 0]) => blocks[isLong[(first >> 1) & ((1 << modeBits) - 1)] === true ? 1 : 0],
  )
  return sizes.slice(1).reduce((sum, size, index) => sum + ((sizes[index] ?? 0) + size) / 4, 0)
}
