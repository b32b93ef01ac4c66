import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

const HEADER_SIZE = 32
/** By bits 23 to 26 of a block's flags; the last one is told elsewhere. */
const SAMPLE_RATES: readonly number[] = [
  6000, 8000, 9600, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 192000, 0,
]
const MONO = 0x4
const FINAL_BLOCK = 0x1000
const DSD = 0x80000000
const UNKNOWN_LENGTH = 0xffffffff
/** Blocks that belong together, one or two channels each. */
const BLOCKS_MAX = 128

export const isWavPack = (head: Uint8Array): boolean => textAt(head, 0, 4) === 'wvpk'

/**
 * WavPack 4 and later, from `start`. The length is that of the first block; a stream out of a pipe has none there, and its last block tells it.
 * Of DSD a sample is a byte of eight bits, and its rate a multiple of the stated one.
 */
export async function measureWavPack(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const first = await readBlock(source, start, end)
  const sampleRateHz = await rateOf(source, start, first)
  ensure(sampleRateHz > 0, 'the WavPack file has no usable sample rate')
  const stated = totalOf(first.view)
  const samples = stated ?? (await lastSample(source, start, end))
  ensure(samples > 0, 'the WavPack file has no audio')
  return {
    container: 'wv',
    contentType: 'audio/x-wavpack',
    durationMs: samplesToMs(samples, sampleRateHz),
    audio: { codec: 'wavpack', sampleRateHz, channels: await countChannels(source, start, end) },
    video: null,
  }
}

/** Null: the writer did not know. It may have left ones or zeros. */
function totalOf(view: DataView): number | null {
  const low = view.getUint32(12, true)
  const high = view.getUint8(11)
  return low === UNKNOWN_LENGTH || low + high === 0 ? null : low + high * UNKNOWN_LENGTH
}

/** Sub-blocks: a byte that names them, their length in words of two bytes, and their content (WavPack 4 file format, "metadata sub-blocks"). */
const LARGE = 0x80
const ODD = 0x40
const RATE_BLOCK = 0x27
const DSD_BLOCK = 0x0e
const SUB_BLOCKS_MAX = 64

async function rateOf(source: ByteSource, start: number, { flags, end }: Block): Promise<number> {
  const index = (flags >>> 23) & 15
  const isDsd = (flags & DSD) !== 0
  let [rate, power, at] = [SAMPLE_RATES[index] ?? 0, 0, start + HEADER_SIZE]
  for (let count = 0; count < SUB_BLOCKS_MAX && at < end && (rate === 0 || isDsd); count++) {
    const [id = 0, b1 = 0, b2 = 0, b3 = 0] = await source.read(at, at + 4)
    const isLarge = (id & LARGE) !== 0
    const content = at + (isLarge ? 4 : 2)
    const size = 2 * (isLarge ? b1 | (b2 << 8) | (b3 << 16) : b1)
    const bytes = await source.read(content, content + Math.min(size - (id & ODD ? 1 : 0), 4))
    if ((id & 0x3f) === RATE_BLOCK) rate = bytes.reduceRight((value, byte) => value * 256 + byte, 0)
    if ((id & 0x3f) === DSD_BLOCK) power = (bytes[0] ?? 0) & 15
    at = content + size
  }
  return isDsd ? rate * 2 ** power : rate
}

/** How far from the end the last block is looked for: blocks have a mebibyte at most. */
const TAIL_SIZE = 1024 * 1024 + HEADER_SIZE

/** The sample behind the last block; 0 for none. */
async function lastSample(source: ByteSource, start: number, end: number): Promise<number> {
  const tail = await source.read(Math.max(start, end - TAIL_SIZE), end)
  const view = viewOf(tail)
  for (let at = tail.length - HEADER_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x77 || !isWavPack(tail.subarray(at))) continue
    const samples = view.getUint32(at + 20, true)
    const isWhole = at + 8 + view.getUint32(at + 4, true) <= tail.length
    if (isWhole && samples > 0)
      return view.getUint32(at + 16, true) + view.getUint8(at + 10) * 2 ** 32 + samples
  }
  return 0
}

interface Block {
  readonly view: DataView
  readonly flags: number
  readonly end: number
}

async function readBlock(source: ByteSource, at: number, end: number): Promise<Block> {
  const header = await source.read(at, at + HEADER_SIZE)
  ensure(header.length === HEADER_SIZE && isWavPack(header), 'the WavPack file is broken: there is no block')
  const view = viewOf(header)
  const blockEnd = at + 8 + view.getUint32(4, true)
  ensure(
    blockEnd > at + HEADER_SIZE && blockEnd <= end,
    'the WavPack file is cut: its first block is not whole',
  )
  return { view, flags: view.getUint32(24, true), end: blockEnd }
}

/** Of all blocks up to the one that says it is the last of those that sound together. */
async function countChannels(source: ByteSource, start: number, end: number): Promise<number> {
  let channels = 0
  let at = start
  for (let count = 0; count < BLOCKS_MAX; count++) {
    const block = await readBlock(source, at, end)
    channels += (block.flags & MONO) === 0 ? 2 : 1
    if ((block.flags & FINAL_BLOCK) !== 0) return channels
    at = block.end
  }
  ensure(false, 'the WavPack file has too many channels')
}
