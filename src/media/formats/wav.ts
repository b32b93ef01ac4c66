import type { AudioFacts, MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, textAt, viewOf } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'
import { measureMpegAudio } from './mp3.ts'

const CHUNKS_MAX = 4096
const FMT_SIZE_MIN = 16
const FMT_READ_MAX = 64
const CHANNELS_MAX = 1024
const SAMPLE_RATE_MAX = 3_072_000
const EXTENSIBLE = 0xfffe
const UINT32_MAX = 0xffffffff
/** What writers that cannot go back leave in the size of the data chunk; 0 is one more, if the RIFF size is open too. */
const OPEN_SIZES: readonly number[] = [UINT32_MAX, 0x7fffffff, 0x7ffff000, 0x80000000]
/** The end of every GUID that stands for a format tag (KSDATAFORMAT_SUBTYPE_WAVEFORMATEX). */
const SUBFORMAT_TAIL = '000000001000800000aa00389b71'

interface Format {
  readonly tag: number
  readonly channels: number
  readonly sampleRateHz: number
  /** Bytes of one block: a sample of every channel, or a packet of a compressed kind. */
  readonly blockSize: number
  readonly bits: number
  readonly isLittle: boolean
  /** ADPCM only: samples of one channel in a block. */
  readonly samplesPerBlock: number
}

/** Whether the first 12 bytes are those of a WAVE file. */
export const isWav = (head: Uint8Array): boolean =>
  ['RIFF', 'RIFX', 'RF64', 'BW64'].includes(textAt(head, 0, 4)) && textAt(head, 8, 4) === 'WAVE'

/**
 * RIFF/WAVE, big-endian RIFX, and RF64/BW64 (EBU Tech 3306). The size of the RIFF chunk is not believed; the data chunk
 * has to be in the file whole, unless its size is left open, as in files that came out of a pipe.
 */
export async function measureWav(source: ByteSource): Promise<MediaFacts> {
  const isLittle = textAt(await source.read(0, 4), 0, 4) !== 'RIFX'
  let format: Format | null = null
  let longDataSize: number | null = null
  let at = 12
  for (let count = 0; count < CHUNKS_MAX && at + 8 <= source.size; count++) {
    const header = await source.read(at, at + 8)
    const id = textAt(header, 0, 4)
    const size = viewOf(header).getUint32(4, isLittle)
    const start = at + 8
    if (id === 'data') {
      ensure(format !== null, 'the WAV file has no format before its data')
      const dataSize = size === UINT32_MAX && longDataSize !== null ? longDataSize : size
      const end = await dataEnd(source, { start, size: dataSize, isLittle })
      return wavFacts(source, format, start, end)
    }
    const content = await source.read(start, start + Math.min(size, FMT_READ_MAX))
    if (id === 'fmt ') format = readFormat(content, isLittle)
    if (id === 'ds64' && content.length >= 16) longDataSize = Number(viewOf(content).getBigUint64(8, true))
    at = start + size + (size % 2)
  }
  throw new Refusal('the WAV file has no data')
}

interface DataChunk {
  readonly start: number
  readonly size: number
  readonly isLittle: boolean
}

async function dataEnd(source: ByteSource, { start, size, isLittle }: DataChunk): Promise<number> {
  const end = start + size
  if (size === 0) {
    const riffSize = viewOf(await source.read(4, 8)).getUint32(0, isLittle)
    return riffSize === source.size - 8 ? end : source.size
  }
  if (OPEN_SIZES.includes(size)) return Math.min(end, source.size)
  ensure(end <= source.size, 'the WAV file is cut: its data chunk is longer than the file')
  return end
}

function readFormat(content: Uint8Array, isLittle: boolean): Format {
  ensure(content.length >= FMT_SIZE_MIN, 'the WAV format chunk is too short')
  const view = viewOf(content)
  const tag = view.getUint16(0, isLittle)
  const format = {
    tag: tag === EXTENSIBLE ? subformat(content, isLittle) : tag,
    channels: view.getUint16(2, isLittle),
    sampleRateHz: view.getUint32(4, isLittle),
    blockSize: view.getUint16(12, isLittle),
    bits: view.getUint16(14, isLittle),
    isLittle,
    samplesPerBlock: content.length >= 20 ? view.getUint16(18, isLittle) : 0,
  }
  ensure(format.channels > 0 && format.channels <= CHANNELS_MAX, 'the WAV format has no usable channel count')
  ensure(
    format.sampleRateHz > 0 && format.sampleRateHz <= SAMPLE_RATE_MAX,
    'the WAV format has no usable sample rate',
  )
  return format
}

function subformat(content: Uint8Array, isLittle: boolean): number {
  ensure(content.length >= 40, 'the WAV extensible format is too short')
  const tail = Buffer.from(content.subarray(26, 40)).toString('hex')
  ensure(tail === SUBFORMAT_TAIL, 'the WAV extensible format is of an unknown kind')
  return viewOf(content).getUint16(24, isLittle)
}

async function wavFacts(source: ByteSource, format: Format, start: number, end: number): Promise<MediaFacts> {
  const { audio, durationMs } =
    format.tag === 0x55 ? await measureMpegAudio(source, start, end) : measureBlocks(format, end - start)
  return { container: 'wav', contentType: 'audio/wav', durationMs, audio, video: null }
}

function measureBlocks(
  format: Format,
  size: number,
): { readonly audio: AudioFacts; readonly durationMs: number } {
  const { channels, sampleRateHz, blockSize } = format
  const { codec, samplesPerBlock } = blocksOf(format)
  ensure(size >= blockSize, 'the WAV file has no audio')
  const samples = Math.floor(size / blockSize) * samplesPerBlock
  return { audio: { codec, sampleRateHz, channels }, durationMs: samplesToMs(samples, sampleRateHz) }
}

/** Codecs of one sample per block, by format tag (RFC 2361) and bits. */
const SAMPLE_CODECS: Readonly<Record<string, string>> = {
  '1/8': 'pcm-u8',
  '1/16': 'pcm-s16',
  '1/24': 'pcm-s24',
  '1/32': 'pcm-s32',
  '3/32': 'pcm-f32',
  '3/64': 'pcm-f64',
  '6/8': 'alaw',
  '7/8': 'ulaw',
}
const ADPCM_CODECS: Readonly<Record<number, string>> = { 2: 'adpcm-ms', 17: 'adpcm-ima' }

function blocksOf(format: Format): { readonly codec: string; readonly samplesPerBlock: number } {
  const { tag, blockSize, channels, samplesPerBlock } = format
  const bits = Math.ceil(format.bits / 8) * 8
  const adpcm = ADPCM_CODECS[tag]
  if (adpcm !== undefined) {
    ensure(blockSize > 0 && samplesPerBlock > 0, 'the WAV format has no usable block size')
    return { codec: adpcm, samplesPerBlock }
  }
  const codec = SAMPLE_CODECS[`${tag}/${bits}`]
  if (codec === undefined)
    throw new Refusal(`the WAV audio format ${tag} with ${format.bits} bits is not known`)
  ensure(blockSize === (channels * bits) / 8, 'the WAV block size does not fit its channels and bits')
  return { codec: format.isLittle || bits === 8 ? codec : `${codec}be`, samplesPerBlock: 1 }
}
