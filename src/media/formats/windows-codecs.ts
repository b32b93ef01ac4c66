import type { AudioFacts } from '../../core/model/media.ts'
import { viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'

/** Short names by the four letters of a BITMAPINFOHEADER; others keep them, in lower case. */
const VIDEO_CODECS: Readonly<Record<string, string>> = {
  h264: 'avc',
  x264: 'avc',
  avc1: 'avc',
  davc: 'avc',
  hevc: 'hevc',
  h265: 'hevc',
  hev1: 'hevc',
  hvc1: 'hevc',
  xvid: 'mpeg4',
  divx: 'mpeg4',
  dx50: 'mpeg4',
  fmp4: 'mpeg4',
  mp4v: 'mpeg4',
  mpg2: 'mpeg2',
  mpeg: 'mpeg2',
  mpg1: 'mpeg1',
  vp80: 'vp8',
  vp90: 'vp9',
  av01: 'av1',
}

export function videoCodecOf(letters: string): string {
  const name = letters.replaceAll('\0', '').trim().toLowerCase()
  return VIDEO_CODECS[name] ?? (name === '' ? 'unknown' : name)
}

/** Short names by the format tag of a WAVEFORMATEX (RFC 2361, mmreg.h). */
const AUDIO_CODECS: Readonly<Record<number, string>> = {
  2: 'adpcm-ms',
  6: 'alaw',
  7: 'ulaw',
  17: 'adpcm-ima',
  80: 'mp2',
  85: 'mp3',
  255: 'aac',
  352: 'wma',
  353: 'wma',
  354: 'wma',
  355: 'wma',
  8192: 'ac3',
  61868: 'flac',
}
const PCM = 1
const FLOAT = 3

/** What a WAVEFORMATEX says. */
export function audioInWaveFormat(format: Uint8Array): AudioFacts {
  ensure(format.length >= 16, 'the audio format is too short')
  const view = viewOf(format)
  const [tag, channels] = [view.getUint16(0, true), view.getUint16(2, true)]
  const [sampleRateHz, bits] = [view.getUint32(4, true), view.getUint16(14, true)]
  ensure(channels > 0 && sampleRateHz > 0, 'the audio has no usable format')
  const pcm = bits === 8 ? 'pcm-u8' : `pcm-s${bits}`
  const codec = tag === PCM ? pcm : tag === FLOAT ? `pcm-f${bits}` : AUDIO_CODECS[tag]
  return { codec: codec ?? `wave-${tag}`, sampleRateHz, channels }
}
