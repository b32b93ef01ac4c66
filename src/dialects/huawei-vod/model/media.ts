import type { JsonObject } from '../../../core/model/json.ts'
import type { MediaContainer, MediaFacts, VideoFacts } from '../../../core/model/media.ts'
import { isAudioType, type VideoType } from './file-types.ts'

const ISO: readonly MediaContainer[] = ['mp4', 'mov']
const MATROSKA: readonly MediaContainer[] = ['mkv', 'webm']

/** The containers that files of a type may have. None: files of that type are not read. */
const CONTAINERS: Readonly<Record<VideoType, readonly MediaContainer[]>> = {
  ...{ MP4: ISO, MOV: ISO, M4V: ISO, F4V: ISO, '3GP': ISO, M4A: ISO, M4R: ISO },
  ...{ MKV: MATROSKA, WEBM: MATROSKA, TS: ['ts'], FLV: ['flv'], AVI: ['avi'] },
  ...{ WMV: ['asf'], ASF: ['asf'], WMA: ['asf'] },
  ...{ MP3: ['mp3'], OGG: ['ogg'], WAV: ['wav'], FLAC: ['flac'], AAC: ['aac'], AC3: ['ac3', 'eac3'] },
  ...{ APE: ['ape'], AMR: ['amr'], WV: ['wv'], MP2: ['mp2'] },
  ...{ MXF: ['mxf'], MPG: ['mpg'], MPEG: ['mpg'], MMF: ['mmf'], HLS: [], M3U8: [] },
}

/** Types with forms that are not read: nothing is said against a file of them that cannot be measured. */
const READ_IN_PART: readonly VideoType[] = ['MXF', 'MPG', 'MPEG', 'MMF']

/** Whether every file of this type can be measured. */
export const isMeasured = (type: VideoType): boolean =>
  CONTAINERS[type].length > 0 && !READ_IN_PART.includes(type)

/** Whether a file has the container of its type, and no video if the type is one of audio. */
export const isOfType = ({ container, video }: MediaFacts, type: VideoType): boolean =>
  CONTAINERS[type].includes(container) && (video === null || !isAudioType(type) || type === 'OGG')

/** The vendor's names of codecs (reference §1.7) by ours. `*` at the end stands for any ending. */
const CODECS: Readonly<Record<string, string>> = {
  avc: 'H.264',
  hevc: 'H.265',
  mpeg2: 'MPEG-2',
  mpeg4: 'MPEG-4',
  'wmv*': 'WMV',
  vc1: 'WMV',
  vorbis: 'Vorbis',
  aac: 'AAC',
  'he-aac*': 'HEAAC',
  ac3: 'AC-3',
  eac3: 'EAC-3',
  'amr-*': 'AMR',
  ape: 'APE',
  flac: 'FLAC',
  mp3: 'MP3',
  mp2: 'MP2',
  'wma*': 'WMA',
  'pcm-*': 'PCM',
  alaw: 'PCM',
  ulaw: 'PCM',
  'adpcm-*': 'ADPCM',
  g722: 'ADPCM',
  g726: 'ADPCM',
  wavpack: 'WavPack',
  // As version 0.1.0 named them in what it kept.
  ...{ mp4v: 'MPEG-4', 'v_mpeg4/iso/*': 'MPEG-4', v_mpeg2: 'MPEG-2', wvc1: 'WMV' },
  ...{ samr: 'AMR', sawb: 'AMR', 'a_mpeg/l2': 'MP2', a_wavpack4: 'WavPack' },
}

function codecName(codec: string): string {
  const isThis = (name: string) => (name.endsWith('*') ? codec.startsWith(name.slice(0, -1)) : codec === name)
  return Object.entries(CODECS).find(([name]) => isThis(name))?.[1] ?? 'UNKNOWN'
}

/** The type that a file would have by its own bytes. */
function typeOf({ container, video }: MediaFacts): string {
  if (container === 'asf') return video === null ? 'WMA' : 'WMV'
  return container === 'mp4' && video === null ? 'M4A' : container.toUpperCase()
}

/** The least shorter side of each named picture size, as the vendor's transcoding templates have them. */
const QUALITIES = [
  [2160, '4K'],
  [1440, '2K'],
  [1080, 'FULL_HD'],
  [720, 'HD'],
  [480, 'SD'],
] as const

const qualityOf = ({ width, height }: VideoFacts): string =>
  QUALITIES.find(([lines]) => Math.min(width, height) >= lines)?.[1] ?? 'FLUENT'

/**
 * `meta_data` of a video that was announced as `type` (reference §1.7): kbit/s over the whole file, whole seconds of at least 1,
 * whole frames per second. What is not known is null.
 */
export function metaDataOf(type: VideoType, media: MediaFacts, size: number): JsonObject {
  const { audio, video, durationMs } = media
  const height = video?.height ?? null
  const frameRate = video?.frameRate ?? null
  return {
    pack_type: isOfType(media, type) ? type : typeOf(media),
    codec: codecName((video ?? audio)?.codec ?? ''),
    audio_codec: audio === null ? null : codecName(audio.codec),
    duration: Math.max(1, Math.floor(durationMs / 1000)),
    duration_ms: durationMs,
    video_size: size,
    width: video?.width ?? null,
    hight: height,
    height,
    bit_rate: Math.floor((size * 8) / durationMs),
    frame_rate: frameRate === null ? null : Math.round(frameRate),
    quality: video === null ? null : qualityOf(video),
    audio_channels: audio?.channels ?? null,
  }
}
