import type { MediaContainer } from '../../src/core/model/media.ts'
import { contentTypeOf, isVideoType } from '../../src/dialects/huawei-vod/model/file-types.ts'
import { type Body, clientOf as vodClientOf } from '../dialects/huawei-vod/rig.ts'
import { clientOf as smhClientOf } from '../dialects/tencent-smh/rig.ts'
import { rigOn as vmsClientOf } from '../dialects/volcengine-vms/rig.ts'
import { startTestServer } from '../support/harness.ts'
import type { Difference, Seen } from './seen.ts'

/** A file to send, and what its facts are. */
export interface Sent {
  readonly name: string
  readonly bytes: Buffer
  /** As ffprobe says, or as we do where that is known to be right. A text: it cannot be read. */
  readonly seen: Seen | string
  readonly container: MediaContainer | null
}

/** A server, and clients of three dialects that files are sent by. */
export interface Wire {
  /** Sends a file by all of them. Returns what they tell otherwise. */
  send(file: Sent): Promise<readonly Difference[]>
  stop(): Promise<unknown>
}

export async function startWire(): Promise<Wire> {
  const server = await startTestServer({})
  const [vod, vms, smh] = [vodClientOf(server.url), vmsClientOf(server.url), smhClientOf(server.url)]

  const byVod = async (file: Sent): Promise<readonly Difference[]> => {
    const type = typeOf(file.name)
    if (!isVideoType(type)) return []
    const asset = await vod.make(file.bytes, { video_type: type }, contentTypeOf(type))
    const { base_info } = await vod.info(asset)
    return compareVod(file, base_info.meta_data)
  }

  const byVms = async ({ name, bytes, container, seen }: Sent): Promise<readonly Difference[]> => {
    // Names end as those of voice files do; what a file is, its bytes tell.
    const FileName = `${name.replaceAll('.', '-')}.${container === 'mp3' ? 'mp3' : 'wav'}`
    await vms.upload(FileName, bytes)
    const { status } = await vms.answer('CommitResourceUpload', { FileName })
    const isVoice = typeof seen !== 'string' && (container === 'wav' || container === 'mp3')
    if (!isVoice) return differing(name, 'Volcengine', { status }, { status: 400 })
    const [voice] = status === 200 ? await vms.list({ Type: 0, Keyword: FileName }) : []
    const isNear = Math.abs(Number(voice?.Duration) * 1000 - seen.durationMs) <= 500 + seen.durationMs / 100
    return differing(name, 'Volcengine', { status, duration: isNear }, { status: 200, duration: true })
  }

  const bySmh = async ({ name, bytes, seen }: Sent): Promise<readonly Difference[]> => {
    const { fileType, contentType } = await smh.upload(name, bytes)
    const isMedia = /^(audio|video|application\/mxf|application\/vnd\.)/.test(String(contentType))
    const kind = typeof seen !== 'string' && seen.video !== null ? ['video', 'audio'] : ['audio', 'video']
    const told = { isMedia, fileType: kind.includes(String(fileType)) }
    return differing(name, 'SMH', told, { isMedia: true, fileType: true })
  }

  return {
    send: async (file) => (await Promise.all([byVod(file), byVms(file), bySmh(file)])).flat(),
    stop: () => server.stop(),
  }
}

const TYPES: Readonly<Record<string, string>> = { MKA: 'MKV', VOB: 'MPG', EAC3: 'AC3', M2TS: 'TS', MTS: 'TS' }

function typeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toUpperCase()
  return TYPES[extension] ?? extension
}

/** The vendor's words for ffprobe's, by themselves. */
const CODECS: Readonly<Record<string, string>> = {
  ...{ h264: 'H.264', hevc: 'H.265', mpeg2video: 'MPEG-2', mpeg4: 'MPEG-4', vorbis: 'Vorbis', aac: 'AAC' },
  ...{
    wmv1: 'WMV',
    wmv2: 'WMV',
    wmv3: 'WMV',
    vc1: 'WMV',
    wmav1: 'WMA',
    wmav2: 'WMA',
    ac3: 'AC-3',
    eac3: 'EAC-3',
  },
  ...{ amr_nb: 'AMR', amr_wb: 'AMR', ape: 'APE', flac: 'FLAC', mp3: 'MP3', mp2: 'MP2', wavpack: 'WavPack' },
}

function word(codec: string): string {
  if (codec.startsWith('pcm_')) return 'PCM'
  return codec.startsWith('adpcm_') ? 'ADPCM' : (CODECS[codec] ?? 'UNKNOWN')
}

const LENGTH_SLACK_MS = 70

function compareVod({ name, bytes, seen }: Sent, told: Body | null): readonly Difference[] {
  if (told === null || typeof seen === 'string') {
    return differing(name, 'VOD', { readable: told !== null }, { readable: typeof seen !== 'string' })
  }
  const { audio, video, durationMs, frameRateOfVod } = {
    ...seen,
    frameRateOfVod: seen.video?.frameRate ?? null,
  }
  const [ms, bits, frames] = [told.duration_ms, told.bit_rate, told.frame_rate].map(Number)
  const slack = Math.max(LENGTH_SLACK_MS, durationMs / 100)
  const rate = (bytes.byteLength * 8) / durationMs
  return differing(
    name,
    'VOD',
    {
      codec: told.codec === 'HEAAC' ? 'AAC' : told.codec,
      audio_codec: told.audio_codec === 'HEAAC' ? 'AAC' : told.audio_codec,
      ...{ width: told.width, height: told.height, audio_channels: told.audio_channels },
      duration: Math.abs((ms ?? 0) - durationMs) <= slack,
      bit_rate: Math.abs((bits ?? 0) - rate) <= (rate * slack) / durationMs + 1,
      frame_rate: frameRateOfVod === null || Math.abs((frames ?? 0) - frameRateOfVod) < 1,
    },
    {
      codec: word((video ?? audio)?.codec ?? ''),
      audio_codec: audio === null ? null : word(audio.codec),
      ...{
        width: video?.width ?? null,
        height: video?.height ?? null,
        audio_channels: audio?.channels ?? null,
      },
      ...{ duration: true, bit_rate: true, frame_rate: true },
    },
  )
}

function differing(
  name: string,
  who: string,
  told: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): readonly Difference[] {
  return Object.entries(wanted)
    .filter(([fact, value]) => told[fact] !== value)
    .map(([fact, value]) => ({
      name,
      fact: `${who} ${fact}`,
      ours: String(told[fact]),
      theirs: String(value),
    }))
}
