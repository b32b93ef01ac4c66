import type { MediaFacts } from '../../src/core/model/media.ts'

/** What a program says of a file, in the words of ffprobe. */
export interface Seen {
  readonly durationMs: number
  /** Bits a second over the whole file. */
  readonly bitRate: number
  readonly audio: { readonly codec: string; readonly sampleRateHz: number; readonly channels: number } | null
  readonly video: {
    readonly codec: string
    readonly width: number
    readonly height: number
    readonly frameRate: number | null
  } | null
}

/** Names that are not made of ours by a rule. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ avc: 'h264', mpeg1: 'mpeg1video', mpeg2: 'mpeg2video', alaw: 'pcm_alaw', ulaw: 'pcm_mulaw' },
  ...{ 'adpcm-ima': 'adpcm_ima_wav', 'pcm-u8': 'pcm_u8', 'pcm-s8': 'pcm_s8' },
  ...{ 'he-aac': 'aac', 'he-aac-v2': 'aac', g722: 'adpcm_g722', g726: 'adpcm_g726', dv: 'dvvideo' },
  ...{ 'adpcm-ima-qt': 'adpcm_ima_qt' },
}

/** ffprobe's name of a codec of ours. */
export function nameInFfmpeg(codec: string): string {
  const known = NAMES[codec]
  if (known !== undefined) return known
  const pcm = /^pcm-([sfu])(16|24|32|64)(be)?$/.exec(codec)
  if (pcm !== null) return `pcm_${pcm[1]}${pcm[2]}${pcm[3] ?? 'le'}`
  return codec.replaceAll('-', '_')
}

/** Facts of ours. `size` is that of the file, in bytes. */
export const seenByUs = ({ durationMs, audio, video }: MediaFacts, size: number): Seen => ({
  durationMs,
  bitRate: (size * 8000) / durationMs,
  audio: audio === null ? null : { ...audio, codec: nameInFfmpeg(audio.codec) },
  video: video === null ? null : { ...video, codec: nameInFfmpeg(video.codec) },
})

/** One fact that differs. */
export interface Difference {
  readonly name: string
  readonly fact: string
  readonly ours: string
  readonly theirs: string
}

/** Lengths may differ by 1 %, or by what the last frames of two tracks lie apart. */
const LENGTH_SLACK_MS = 70
const SLACK = 0.01

const isNear = (one: number, other: number, slack: number): boolean => Math.abs(one - other) <= slack

/** The facts of a file that differ. Null: it could not be read, for the reason that `refusal` tells. */
export function compare(name: string, ours: Seen | string, theirs: Seen | string): readonly Difference[] {
  if (typeof ours === 'string' || typeof theirs === 'string') {
    const word = (seen: Seen | string): string =>
      typeof seen === 'string' ? `unreadable: ${seen}` : brief(seen)
    return [{ name, fact: 'readable', ours: word(ours), theirs: word(theirs) }]
  }
  const found: Difference[] = []
  const differ = (fact: string, one: unknown, other: unknown): void => {
    if (one !== other) found.push({ name, fact, ours: String(one), theirs: String(other) })
  }
  const slack = Math.max(LENGTH_SLACK_MS, theirs.durationMs * SLACK)
  if (!isNear(ours.durationMs, theirs.durationMs, slack))
    differ('duration', ours.durationMs, theirs.durationMs)
  else if (!isNear(ours.bitRate, theirs.bitRate, (theirs.bitRate * slack) / theirs.durationMs + 1)) {
    differ('bit rate', Math.round(ours.bitRate), Math.round(theirs.bitRate))
  }
  for (const fact of ['codec', 'sampleRateHz', 'channels'] as const) {
    differ(`audio ${fact}`, ours.audio?.[fact], theirs.audio?.[fact])
  }
  for (const fact of ['codec', 'width', 'height'] as const) {
    differ(`video ${fact}`, ours.video?.[fact], theirs.video?.[fact])
  }
  const [one, other] = [ours.video?.frameRate ?? 0, theirs.video?.frameRate ?? 0]
  if (!isNear(one, other, other * SLACK)) differ('frame rate', one, other)
  return found
}

const brief = ({ durationMs, audio, video }: Seen): string =>
  `${durationMs} ms ${video?.codec ?? ''} ${audio?.codec ?? ''}`
