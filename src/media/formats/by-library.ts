import {
  CustomSource,
  Input,
  type InputAudioTrack,
  type InputFormat,
  type InputTrack,
  type InputVideoTrack,
  Logging,
  LogLevel,
  OGG,
} from 'mediabunny'
import { messageOf } from '../../core/errors.ts'
import type { AudioFacts, MediaFacts, VideoFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { ensure, Refusal } from '../refusal.ts'
import { frameRateOf } from './frame-rate.ts'

Logging.level = LogLevel.Silent

/** The longest run of bytes the library may ask for at once. */
const READ_SIZE_MAX = 16 * 1024 * 1024
/** All bytes that it may ask for. This bounds what it keeps. */
const READ_TOTAL_MAX = 64 * 1024 * 1024

/** How many frames tell the rate. */
const FRAMES_COUNTED = 120

/** The kinds of files that the library measures. */
export type LibraryFormat = 'ogg'

const FORMATS: Readonly<Record<LibraryFormat, InputFormat>> = { ogg: OGG }

/** Measures with mediabunny. What it throws means that the file is broken. Errors of `source` are thrown on. */
export async function measureByLibrary(source: ByteSource, container: LibraryFormat): Promise<MediaFacts> {
  const limited = limitReads(source)
  const input = new Input({
    source: new CustomSource({
      getSize: () => source.size,
      read: limited.read,
      handleUnhandledError: () => undefined,
    }),
    formats: [FORMATS[container]],
  })
  try {
    const facts = await readFacts(input, container)
    const sourceError = limited.errors.find((error) => !(error instanceof Refusal))
    if (sourceError !== undefined) throw sourceError
    return facts
  } catch (error) {
    const [sourceError] = limited.errors
    if (sourceError !== undefined) throw sourceError
    if (error instanceof Refusal) throw error
    throw new Refusal(`the file is broken: ${messageOf(error)}`)
  } finally {
    input.dispose()
  }
}

/** The library may hide an error of a read behind its own. So the first is kept. */
function limitReads(source: ByteSource): {
  readonly read: (start: number, end: number) => Promise<Uint8Array>
  readonly errors: readonly unknown[]
} {
  const errors: unknown[] = []
  let total = 0
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    try {
      total += end - start
      ensure(end - start <= READ_SIZE_MAX, 'a table of the file is too long')
      ensure(total <= READ_TOTAL_MAX, 'too much of the file has to be read to measure it')
      return await source.read(start, end)
    } catch (error) {
      errors.push(error)
      throw error
    }
  }
  return { read, errors }
}

async function readFacts(input: Input, container: LibraryFormat): Promise<MediaFacts> {
  const tracks = await input.getTracks()
  const audioTrack = tracks.find((track) => track.isAudioTrack()) ?? null
  const videoTrack = tracks.find((track) => track.isVideoTrack()) ?? null
  const used = [audioTrack, videoTrack].filter((track) => track !== null)
  ensure(used.length > 0, 'the file has no audio and no video of a known kind')
  const audio = audioTrack === null ? null : await audioFacts(audioTrack)
  const durationMs = Math.round((await duration(input, used)) * 1000)
  // Last, as it may read most: a file of large frames is then without a rate, and not refused.
  const video = videoTrack === null ? null : await videoFacts(videoTrack)
  const contentType = `${video === null ? 'audio' : 'video'}/ogg`
  return { container, contentType, durationMs, audio, video }
}

/** In seconds. Recordings that were joined late do not begin at zero. */
async function duration(input: Input, tracks: InputTrack[]): Promise<number> {
  const start = Math.max(0, await input.getFirstTimestamp(tracks))
  return (await input.computeDuration(tracks)) - start
}

async function audioFacts(track: InputAudioTrack): Promise<AudioFacts> {
  const sampleRateHz = await track.getSampleRate()
  const channels = await track.getNumberOfChannels()
  ensure(Number.isFinite(sampleRateHz) && sampleRateHz > 0, 'the audio has no usable sample rate')
  ensure(Number.isSafeInteger(channels) && channels > 0, 'the audio has no usable channel count')
  return { codec: await codecName(track), sampleRateHz, channels }
}

async function videoFacts(track: InputVideoTrack): Promise<VideoFacts> {
  const width = await track.getCodedWidth()
  const height = await track.getCodedHeight()
  ensure(Number.isSafeInteger(width) && width > 0, 'the video has no usable width')
  ensure(Number.isSafeInteger(height) && height > 0, 'the video has no usable height')
  return { codec: await codecName(track), width, height, frameRate: await frameRate(track) }
}

/** The rate of the first frames. Null: they do not tell. */
async function frameRate(track: InputVideoTrack): Promise<number | null> {
  const stats = await track.computePacketStats(FRAMES_COUNTED).catch(() => null)
  return stats === null ? null : frameRateOf(stats.averagePacketRate, 1)
}

/** The library's short name; for a codec it does not know, the container's own. */
async function codecName(track: InputTrack): Promise<string> {
  const own = await track.getInternalCodecId()
  return (await track.getCodec()) ?? (typeof own === 'string' ? own.trim().toLowerCase() : 'unknown')
}
