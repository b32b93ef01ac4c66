import { statSync } from 'node:fs'
import { run } from './make.ts'
import type { Seen } from './seen.ts'

interface Probed {
  readonly format?: { readonly format_name: string; readonly duration?: string }
  readonly streams?: readonly ProbedStream[]
  readonly packets?: readonly ProbedPacket[]
}
interface ProbedStream {
  readonly index: number
  readonly codec_type?: string
  readonly codec_name?: string
  readonly codec_tag_string?: string
  readonly sample_rate?: string
  readonly channels?: number
  readonly width?: number
  readonly height?: number
  readonly avg_frame_rate?: string
  readonly r_frame_rate?: string
  readonly disposition?: { readonly attached_pic?: number }
}
interface ProbedPacket {
  readonly stream_index: number
  readonly pts_time?: string
  readonly dts_time?: string
  readonly duration_time?: string
}

const ENTRIES = [
  'format=format_name,duration',
  'stream=index,codec_type,codec_name,codec_tag_string,sample_rate,channels,width,height,avg_frame_rate,r_frame_rate',
  'stream_disposition=attached_pic',
  'packet=stream_index,pts_time,dts_time,duration_time',
].join(':')

/** Formats whose length ffprobe guesses from the bit rate, or does not know: here the packets tell it. */
const GUESSED: readonly string[] = [
  'mp3',
  'aac',
  'ac3',
  'eac3',
  'mpegts',
  'mpeg',
  'dts',
  'amr',
  'gsm',
  'loas',
  'mxf_opatom',
]

/** What ffprobe says of a file; a text: why it cannot be read. */
export async function seenByFfprobe(path: string): Promise<Seen | string> {
  let probed: Probed
  try {
    const args = ['-v', 'error', '-show_entries', ENTRIES, '-of', 'json', path]
    probed = JSON.parse((await run('ffprobe', args)).toString()) as Probed
  } catch (error) {
    return String(error)
  }
  const streams = probed.streams ?? []
  const isPicture = ({ disposition }: ProbedStream): boolean => disposition?.attached_pic === 1
  const audio = streams.find(({ codec_type }) => codec_type === 'audio')
  const video = streams.find((stream) => stream.codec_type === 'video' && !isPicture(stream))
  if (audio === undefined && video === undefined) return 'no stream'
  const durationMs = Math.round(lengthOf(probed, [audio, video]) * 1000)
  if (!(durationMs > 0)) return 'no length'
  return {
    durationMs,
    bitRate: (statSync(path).size * 8000) / durationMs,
    audio:
      audio === undefined
        ? null
        : {
            // The codec is the same however it is packed.
            codec: audio.codec_name === 'aac_latm' ? 'aac' : (audio.codec_name ?? 'unknown'),
            sampleRateHz: Number(audio.sample_rate ?? 0),
            channels: audio.channels ?? 0,
          },
    video:
      video === undefined
        ? null
        : {
            ...{ codec: video.codec_name ?? 'unknown', width: video.width ?? 0, height: video.height ?? 0 },
            frameRate: fraction(video.avg_frame_rate) ?? fraction(video.r_frame_rate),
          },
  }
}

function fraction(text = '0/0'): number | null {
  const [over = 0, under = 0] = text.split('/').map(Number)
  return over > 0 && under > 0 ? over / under : null
}

/** In seconds. */
function lengthOf({ format, packets = [] }: Probed, used: readonly (ProbedStream | undefined)[]): number {
  const stated = Number(format?.duration ?? 0)
  const isGuessed = GUESSED.includes(format?.format_name ?? '')
  if (stated > 0 && !isGuessed) return stated
  const indexes = used.map((stream) => stream?.index)
  const spans = packets
    .filter(({ stream_index }) => indexes.includes(stream_index))
    .map(({ pts_time, dts_time, duration_time }) => {
      const start = Number(pts_time ?? dts_time)
      return { start, end: start + Number(duration_time ?? 0) }
    })
    .filter(({ start, end }) => Number.isFinite(start + end))
  if (spans.length === 0) return stated
  return (
    spans.reduce((end, span) => Math.max(end, span.end), 0) -
    spans.reduce((start, span) => Math.min(start, span.start), Number.POSITIVE_INFINITY)
  )
}
