import type { AudioFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, viewOf } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'
import { AC3_FRAMES } from './ac3.ts'
import { ADTS_FRAMES } from './adts.ts'
import { measureFrameRun } from './frame-samples.ts'
import type { FrameFormat } from './frames.ts'
import { MP2_FRAMES } from './mp2.ts'
import { measureMpegAudio } from './mp3.ts'
import { DTS_FRAMES } from './sound/dts-frames.ts'
import { EAC3_FRAMES } from './sound/eac3-frames.ts'
import { audioInWave, type WaveFormat } from './windows-codecs.ts'

/** The sound of a WAV file. */
export interface WavData {
  readonly format: WaveFormat
  /** Of one channel, as the file states; 0 if it does not. */
  readonly samples: number
  readonly start: number
  readonly end: number
  /** The file does not say how long its data are. */
  readonly isOpen: boolean
  /** There are fewer data than the file says. */
  readonly isCut: boolean
}

interface Measured {
  readonly audio: AudioFacts
  readonly durationMs: number
}

/** Codecs whose frames tell their own length, and more of the sound than the format does. */
const FRAMES: Readonly<Record<string, FrameFormat>> = {
  ...{ mp2: MP2_FRAMES, ac3: AC3_FRAMES, aac: ADTS_FRAMES, eac3: EAC3_FRAMES, dts: DTS_FRAMES },
}
/** GSM 6.10 in files of Windows: two frames in 65 bytes. */
const GSM_BLOCK_SIZE = 65
const GSM_BLOCK_SAMPLES = 320
/** Some writers state the bytes a second wrongly: a number of samples that is so many times off is not believed. */
const TRUST = 4
const G722_SAMPLES_IN_BYTE = 2

/** Measures the sound between `start` and `end`: by its samples or blocks, its frames, `fact`, or the bytes a second, what tells most. */
export async function measureWavData(source: ByteSource, data: WavData): Promise<Measured> {
  const { format, start, end } = data
  ensure(end > start, 'the WAV file has no audio')
  if (format.codec === 'mp3') return measureMpegAudio(source, start, end)
  const byFrames = await measureFrames(source, data)
  if (byFrames !== null) return byFrames
  const audio = audioInWave(format)
  const samples = samplesIn(data)
  ensure(samples > 0, `the WAV file does not tell the length of its ${audio.codec}`)
  return { audio, durationMs: samplesToMs(samples, format.sampleRateHz) }
}

/** Null: the codec has no frames that are known, or they are not there. */
async function measureFrames(source: ByteSource, { format, start, end }: WavData): Promise<Measured | null> {
  const frames = FRAMES[format.codec]
  if (frames === undefined) return null
  const run = await measureFrameRun(source, frames, { start, end }).catch((error: unknown) => {
    if (error instanceof Refusal) return null
    throw error
  })
  if (run === null || run.samples === 0 || run.first.channels === 0) return null
  const { sampleRateHz, channels } = run.first
  return {
    audio: { codec: format.codec, sampleRateHz, channels },
    durationMs: samplesToMs(run.samples, sampleRateHz),
  }
}

/** Samples of one channel. */
function samplesIn({ format, samples: stated, start, end, isOpen, isCut }: WavData): number {
  const { codec, blockSize, channels, bits, sampleRateHz, bytesPerSecond } = format
  const size = end - start
  const sampleSize = (channels * Math.ceil(bits / 8) * 8) / 8
  if (isPlain(codec)) {
    ensure(bits > 0 && blockSize === sampleSize, 'the WAV block size does not fit its channels and bits')
    return Math.floor(size / blockSize)
  }
  const inBlock = samplesInBlock(format)
  if (inBlock > 0 && blockSize > 0) return Math.floor(size / blockSize) * inBlock
  if (codec === 'g722') return Math.floor((size * G722_SAMPLES_IN_BYTE) / channels)
  const byRate = bytesPerSecond > 0 ? (size * sampleRateHz) / bytesPerSecond : 0
  if (stated === 0 || isOpen) return Math.floor(byRate)
  if (byRate === 0) return isCut ? 0 : stated
  const isCredible = stated <= byRate * TRUST && stated * TRUST >= byRate
  return isCredible && !isCut ? stated : Math.floor(byRate)
}

const PLAIN = /^pcm-(u8|s16|s24|s32|s64|f16|f32|f64)(be)?$/
const isPlain = (codec: string): boolean => PLAIN.test(codec) || codec === 'alaw' || codec === 'ulaw'

/** 0: a block has no fixed number of samples. */
function samplesInBlock({ codec, extra, blockSize, channels }: WaveFormat): number {
  const stated = extra.length >= 2 ? viewOf(extra).getUint16(0, true) : 0
  if (codec === 'adpcm-ms' || codec === 'adpcm-ima') return stated
  if (codec === 'gsm-ms')
    return blockSize % GSM_BLOCK_SIZE === 0 ? (GSM_BLOCK_SAMPLES * blockSize) / GSM_BLOCK_SIZE : stated
  if (codec === 'adpcm-yamaha') return Math.floor((blockSize * 2) / channels)
  return 0
}
