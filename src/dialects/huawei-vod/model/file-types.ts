/** The Content-Type that a video or audio file is put with, by video_type: the table of page vod_04_0195. */
const CONTENT_TYPES = {
  MP4: 'video/mp4',
  TS: 'video/mp2t',
  MOV: 'video/quicktime',
  MXF: 'application/mxf',
  MPG: 'video/mpeg',
  FLV: 'video/flv',
  WMV: 'video/x-ms-wmv',
  AVI: 'video/x-msvideo',
  M4V: 'video/m4v',
  F4V: 'application/f4v',
  MPEG: 'video/mpeg',
  '3GP': 'video/3gpp',
  ASF: 'video/x-ms-asf',
  MKV: 'video/x-matroska',
  WEBM: 'video/webm',
  HLS: 'application/octet-stream',
  M3U8: 'application/octet-stream',
  MP3: 'audio/mp3',
  OGG: 'audio/ogg',
  WAV: 'audio/wav',
  WMA: 'audio/wma',
  APE: 'audio/ape',
  FLAC: 'audio/flac',
  AAC: 'audio/aac',
  AC3: 'audio/ac3',
  MMF: 'audio/mmf',
  AMR: 'audio/amr',
  M4A: 'audio/m4a',
  M4R: 'audio/m4r',
  WV: 'audio/wv',
  MP2: 'audio/mp2',
} as const

export type VideoType = keyof typeof CONTENT_TYPES

export const VIDEO_TYPES = Object.keys(CONTENT_TYPES) as readonly VideoType[]

/** The types that can be uploaded. An M3U8 lists segments, and there are none here. */
export const UPLOAD_TYPES = VIDEO_TYPES.filter((type) => type !== 'M3U8')

export const isVideoType = (text: string): text is VideoType => Object.hasOwn(CONTENT_TYPES, text)

/** Whether a type is one of the audio types, which have no pictures. */
export const isAudioType = (type: VideoType): boolean => CONTENT_TYPES[type].startsWith('audio/')

/** Whether a type has pictures in its file: no type of audio, and none that lists other files. */
export const isPictureType = (type: VideoType): boolean =>
  !isAudioType(type) && type !== 'HLS' && type !== 'M3U8'

export const contentTypeOf = (type: VideoType): string => CONTENT_TYPES[type]

/** Without its dot. */
export const suffixOf = (type: VideoType): string => type.toLowerCase()

export type CoverType = 'JPG' | 'PNG'

export const coverContentType = (type: CoverType): string => `image/${type.toLowerCase()}`

/** The Content-Type of subtitles and parts. */
export const BYTES_TYPE = 'application/octet-stream'

/** Every type that the vendor's pages name. An authority may be asked for each of them. */
export const NAMED_TYPES: readonly string[] = [
  ...new Set([
    ...Object.values(CONTENT_TYPES),
    'video/dash',
    'image/jpg',
    'image/jpeg',
    'image/png',
    BYTES_TYPE,
  ]),
]
