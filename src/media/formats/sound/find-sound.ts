import type { AudioFacts } from '../../../core/model/media.ts'
import { AC3_FRAMES } from '../ac3.ts'
import { ADTS_FRAMES } from '../adts.ts'
import type { FrameFormat, FrameHeader } from '../frames.ts'
import { MP2_FRAMES } from '../mp2.ts'
import { MP3_FRAMES } from '../mp3.ts'
import { DTS_FRAMES } from './dts-frames.ts'
import { EAC3_FRAMES } from './eac3-frames.ts'
import { latmFrames } from './latm-frames.ts'
import { opusFrames } from './opus-frames.ts'
import { BROADCAST_PCM_FRAMES, DISC_PCM_FRAMES, SIZED_PCM_FRAMES } from './pcm-frames.ts'

/** What a stream of sound is announced as. Opus has its channels from outside. */
export type SoundKind =
  | 'mpeg'
  | 'adts'
  | 'latm'
  | 'ac3'
  | 'dts'
  | 'disc-pcm'
  | 'pcm-302'
  | 'sized-pcm'
  | { readonly opusChannels: number }

/** A stream of sound whose frames are known. */
export interface SoundStream {
  readonly facts: AudioFacts
  /** Seconds that the whole frames in a piece of the stream last. */
  secondsIn(bytes: Uint8Array): number
}

/** Short codec names and frames that a kind may have. */
function formatsOf(kind: SoundKind, bytes: Uint8Array): readonly (readonly [string, FrameFormat])[] {
  if (typeof kind === 'object') return [['opus', opusFrames(kind.opusChannels)]]
  switch (kind) {
    case 'mpeg':
      return [
        ['mp2', MP2_FRAMES],
        ['mp3', MP3_FRAMES],
      ]
    case 'adts':
      return [['aac', ADTS_FRAMES]]
    case 'latm': {
      const format = latmFrames(bytes)
      return format === null ? [] : [['aac', format]]
    }
    case 'ac3':
      return [
        ['ac3', AC3_FRAMES],
        ['eac3', EAC3_FRAMES],
      ]
    case 'dts':
      return [['dts', DTS_FRAMES]]
    case 'disc-pcm':
      return [['pcm', DISC_PCM_FRAMES]]
    case 'pcm-302':
      return [['pcm', BROADCAST_PCM_FRAMES]]
    case 'sized-pcm':
      return [['pcm', SIZED_PCM_FRAMES]]
    default:
      return kind satisfies never
  }
}

/** The sound in the first bytes of a stream: two frames that follow each other, or one that is all there is. Null: there is none. */
export function findSound(kind: SoundKind, bytes: Uint8Array): SoundStream | null {
  const formats = formatsOf(kind, bytes)
  for (let at = 0; at < bytes.length; at++) {
    for (const [codec, format] of formats) {
      const first = chainAt(format, bytes, at)
      if (first === null || first.channels === 0) continue
      const { sampleRateHz, channels } = first
      return {
        facts: { codec: codec === 'pcm' ? `pcm-s${first.key}` : codec, sampleRateHz, channels },
        secondsIn: (piece) => samplesIn(format, first, piece) / sampleRateHz,
      }
    }
  }
  return null
}

function chainAt(format: FrameFormat, bytes: Uint8Array, at: number): FrameHeader | null {
  if (at + format.headerSize > bytes.length) return null
  const first = format.parse(bytes, at)
  if (first === null || first.samples === 0) return null
  const next = at + first.size
  if (next + format.headerSize > bytes.length) return at === 0 ? first : null
  return format.parse(bytes, next)?.key === first.key ? first : null
}

function samplesIn(format: FrameFormat, first: FrameHeader, bytes: Uint8Array): number {
  let samples = 0
  for (let at = 0; at + format.headerSize <= bytes.length; ) {
    const header = format.parse(bytes, at)
    const isFrame = header !== null && header.key === first.key && at + header.size <= bytes.length
    if (isFrame) samples += header.samples
    at += isFrame ? header.size : 1
  }
  return samples
}
