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

/** WavPack 4 and later, from `start`. The length is that of the first block; a stream out of a pipe has none and is refused. */
export async function measureWavPack(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const first = await readBlock(source, start, end)
  const samples = first.view.getUint32(12, true)
  ensure(samples !== UNKNOWN_LENGTH && samples > 0, 'the WavPack file does not tell its length')
  const sampleRateHz = SAMPLE_RATES[(first.flags >>> 23) & 15] ?? 0
  ensure(sampleRateHz > 0 && (first.flags & DSD) === 0, 'the WavPack file has no usable sample rate')
  return {
    container: 'wv',
    contentType: 'audio/x-wavpack',
    durationMs: samplesToMs(samples, sampleRateHz),
    audio: { codec: 'wavpack', sampleRateHz, channels: await countChannels(source, start, end) },
    video: null,
  }
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
