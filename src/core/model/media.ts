export interface AudioFacts {
  /** Short codec name: `pcm-s16`, `mp3`, `aac`, `opus`, `vorbis`, `flac`, … */
  readonly codec: string
  readonly sampleRateHz: number
  readonly channels: number
}

export interface VideoFacts {
  /** Short codec name: `avc`, `hevc`, `vp8`, `vp9`, `av1`, … */
  readonly codec: string
  readonly width: number
  readonly height: number
  /** Frames per second on average, to three decimals; null where the file does not tell. */
  readonly frameRate: number | null
}

export type MediaContainer =
  | 'wav'
  | 'mp3'
  | 'mp4'
  | 'mov'
  | 'ogg'
  | 'flac'
  | 'webm'
  | 'mkv'
  | 'aac'
  | 'ts'
  | 'flv'
  | 'avi'
  | 'asf'
  | 'mp2'
  | 'ac3'
  | 'eac3'
  | 'dts'
  | 'amr'
  | 'ape'
  | 'wv'
  | 'mpg'
  | 'mxf'
  | 'mmf'

/** What a media file is, read from its own bytes. */
export interface MediaFacts {
  readonly container: MediaContainer
  readonly contentType: string
  readonly durationMs: number
  readonly audio: AudioFacts | null
  readonly video: VideoFacts | null
  /** There and true: the file ends before what its head announces. The length is then the head's, where that states one. */
  readonly isCut?: true
}
