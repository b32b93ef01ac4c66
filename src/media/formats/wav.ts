import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'
import { measureWavData } from './wav-data.ts'
import { readWaveFormat, type WaveFormat } from './windows-codecs.ts'

const CHUNKS_MAX = 4096
const CHUNK_HEAD_SIZE = 8
const FMT_SIZE_MIN = 16
const FMT_READ_MAX = 256
const CHANNELS_MAX = 1024
const SAMPLE_RATE_MAX = 3_072_000
const UINT32_MAX = 0xffffffff
/** Writers that cannot go back leave a size in this distance below 2 or 4 GiB, or 2 GiB; 0 is one more, if the RIFF size is open too. */
const OPEN_DISTANCE = 4096
const OPEN_SIZES: readonly number[] = [2 ** 31, 2 ** 32]

/** Whether the first 12 bytes are those of a WAVE file. */
export const isWav = (head: Uint8Array): boolean =>
  ['RIFF', 'RIFX', 'RF64', 'BW64'].includes(textAt(head, 0, 4)) && textAt(head, 8, 4) === 'WAVE'

/** What the chunks in front of the data say. */
interface Head {
  format: WaveFormat | null
  longDataSize: number | null
  /** Samples of one channel, as `fact` or `ds64` has them; 0 for none. */
  samples: number
}

/**
 * RIFF/WAVE, big-endian RIFX, and RF64/BW64 (EBU Tech 3306). The size of the RIFF chunk is not believed; that of the data is, as far as there
 * are so many bytes: a file with less is cut, unless its size was left open, as in files that came out of a pipe.
 */
export async function measureWav(source: ByteSource): Promise<MediaFacts> {
  const isLittle = textAt(await source.read(0, 4), 0, 4) !== 'RIFX'
  const head: Head = { format: null, longDataSize: null, samples: 0 }
  let at = 12
  for (let count = 0; count < CHUNKS_MAX && at + CHUNK_HEAD_SIZE <= source.size; count++) {
    const { id, size } = readChunkHead(await source.read(at, at + CHUNK_HEAD_SIZE), isLittle)
    const start = at + CHUNK_HEAD_SIZE
    if (id === 'data') {
      const { format, samples, longDataSize } = head
      ensure(format !== null, 'the WAV file has no format before its data')
      const dataSize = size === UINT32_MAX && longDataSize !== null ? longDataSize : size
      const data = await dataOf(source, { start, size: dataSize, isLittle })
      const facts = await measureWavData(source, { ...data, format, samples })
      return {
        container: 'wav',
        contentType: 'audio/wav',
        ...facts,
        video: null,
        ...(data.isCut ? { isCut: true } : {}),
      }
    }
    await readChunk(source, { id, start, size, isLittle }, head)
    at = await nextChunk(source, start + size)
  }
  throw new Refusal('the WAV file has no data')
}

interface Chunk {
  readonly id: string
  readonly start: number
  readonly size: number
  readonly isLittle: boolean
}

const readChunkHead = (bytes: Uint8Array, isLittle: boolean): Pick<Chunk, 'id' | 'size'> => ({
  id: textAt(bytes, 0, 4),
  size: viewOf(bytes).getUint32(4, isLittle),
})

async function readChunk(
  source: ByteSource,
  { id, start, size, isLittle }: Chunk,
  head: Head,
): Promise<void> {
  const content = await source.read(start, start + Math.min(size, FMT_READ_MAX))
  const view = viewOf(content)
  if (id === 'fmt ') head.format = readFormat(content, isLittle)
  if (id === 'fact' && content.length >= 4) head.samples = view.getUint32(0, isLittle)
  if (id === 'ds64' && content.length >= 16) head.longDataSize = Number(view.getBigUint64(8, true))
}

/** Chunks of odd length are followed by a byte of padding, which some writers leave out: then the next one's name stands there. */
async function nextChunk(source: ByteSource, end: number): Promise<number> {
  if (end % 2 === 0) return end
  const ids = await source.read(end, end + 5)
  return isName(textAt(ids, 0, 4)) && !isName(textAt(ids, 1, 4)) ? end : end + 1
}

/** Names of chunks, which are known or at least could be one. */
const isName = (text: string): boolean => /^[A-Za-z][A-Za-z0-9 ]{3}$/.test(text)

/** Where the data are, and whether the file ends before them. */
async function dataOf(
  source: ByteSource,
  { start, size, isLittle }: Omit<Chunk, 'id'>,
): Promise<{
  readonly start: number
  readonly end: number
  readonly isOpen: boolean
  readonly isCut: boolean
}> {
  const end = start + size
  if (size === 0) {
    const riffSize = viewOf(await source.read(4, 8)).getUint32(0, isLittle)
    const isOpen = riffSize !== source.size - 8
    return { start, end: isOpen ? source.size : end, isOpen, isCut: false }
  }
  if (end <= source.size) return { start, end, isOpen: false, isCut: false }
  const isOpen = OPEN_SIZES.some((open) => Math.abs(open - size) <= OPEN_DISTANCE)
  return { start, end: source.size, isOpen, isCut: !isOpen }
}

function readFormat(content: Uint8Array, isLittle: boolean): WaveFormat {
  ensure(content.length >= FMT_SIZE_MIN, 'the WAV format chunk is too short')
  const view = viewOf(content)
  const [channels, sampleRateHz] = [view.getUint16(2, isLittle), view.getUint32(4, isLittle)]
  ensure(channels > 0 && channels <= CHANNELS_MAX, 'the WAV format has no usable channel count')
  ensure(sampleRateHz > 0 && sampleRateHz <= SAMPLE_RATE_MAX, 'the WAV format has no usable sample rate')
  return readWaveFormat(content, isLittle)
}
