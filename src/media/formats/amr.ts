import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { measureFrameRun } from './frame-samples.ts'
import type { FrameFormat } from './frames.ts'

const FRAME_MS = 20
const CHUNK_SIZE = 64 * 1024

interface Kind {
  readonly mark: string
  readonly codec: string
  readonly sampleRateHz: number
  /** Bytes of a frame by its type, its first byte included. 0: files have no such frames. */
  readonly sizes: readonly number[]
}

/** RFC 4867 §5.1 and §5.3. */
const KINDS: readonly Kind[] = [
  {
    mark: '#!AMR\n',
    codec: 'amr-nb',
    sampleRateHz: 8000,
    sizes: [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1],
  },
  {
    mark: '#!AMR-WB\n',
    codec: 'amr-wb',
    sampleRateHz: 16000,
    sizes: [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1],
  },
]

const kindOf = (head: Uint8Array): Kind | null =>
  KINDS.find(({ mark }) => textAt(head, 0, mark.length) === mark) ?? null

export const isAmr = (head: Uint8Array): boolean => kindOf(head) !== null

/** A header has few bits that are known: so many frames have to follow each other before one is believed. */
const CHAIN = 40

const framesOf = ({ sizes, sampleRateHz }: Kind): FrameFormat => ({
  name: 'AMR',
  headerSize: 1,
  frameSizeMax: 61,
  chain: CHAIN,
  parse: (bytes, at) => {
    const head = bytes[at] ?? 0
    const size = sizes[(head >> 3) & 15] ?? 0
    // The other bits are padding, RFC 4867 §5.3.
    if (size === 0 || (head & 0x83) !== 0) return null
    return { size, samples: (sampleRateHz * FRAME_MS) / 1000, sampleRateHz, channels: 1, key: 0 }
  },
  isSound: () => true,
})

/** What is not longer is counted frame by frame. */
const COUNTED_SIZE_MAX = 3 * 1024 * 1024

/** AMR of one channel. */
export async function measureAmr(source: ByteSource): Promise<MediaFacts> {
  const kind = kindOf(await source.read(0, 16))
  ensure(kind !== null, 'the AMR file has no header')
  const frames =
    source.size <= COUNTED_SIZE_MAX ? await countFrames(source, kind) : await estimate(source, kind)
  return {
    container: 'amr',
    contentType: kind.codec === 'amr-nb' ? 'audio/amr' : 'audio/amr-wb',
    durationMs: frames * FRAME_MS,
    audio: { codec: kind.codec, sampleRateHz: kind.sampleRateHz, channels: 1 },
    video: null,
  }
}

async function estimate(source: ByteSource, kind: Kind): Promise<number> {
  const { samples, first } = await measureFrameRun(source, framesOf(kind), {
    ...{ start: kind.mark.length, end: source.size },
  })
  return Math.floor(samples / first.samples)
}

async function countFrames(source: ByteSource, { mark, sizes }: Kind): Promise<number> {
  let frames = 0
  let at = mark.length
  while (at < source.size) {
    const chunk = await source.read(at, at + CHUNK_SIZE)
    const start = at
    while (at - start < chunk.length) {
      const size = sizes[((chunk[at - start] ?? 0) >> 3) & 15] ?? 0
      ensure(size > 0, 'the AMR file is broken: it has a frame of no known type')
      at += size
      if (at <= source.size) frames++
    }
  }
  return frames
}
