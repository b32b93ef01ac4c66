import type { MediaContainer, MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'
import { AC3_FRAMES } from './ac3.ts'
import { ADTS_FRAMES } from './adts.ts'
import { measureFrameRun } from './frame-samples.ts'
import { type FrameFormat, findFrames } from './frames.ts'
import { MP2_FRAMES } from './mp2.ts'
import { MP3_FRAMES, measureMp3 } from './mp3.ts'
import { DTS_FRAMES } from './sound/dts-frames.ts'
import { EAC3_FRAMES } from './sound/eac3-frames.ts'

interface FrameKind {
  readonly format: FrameFormat
  readonly container: MediaContainer
  readonly contentType: string
}

/** Files that are nothing but frames, whatever stands in front of the first. Their codec is named as they are. */
const KINDS: readonly FrameKind[] = [
  { format: MP3_FRAMES, container: 'mp3', contentType: 'audio/mpeg' },
  { format: ADTS_FRAMES, container: 'aac', contentType: 'audio/aac' },
  { format: AC3_FRAMES, container: 'ac3', contentType: 'audio/ac3' },
  { format: EAC3_FRAMES, container: 'eac3', contentType: 'audio/eac3' },
  { format: MP2_FRAMES, container: 'mp2', contentType: 'audio/mpeg' },
  { format: DTS_FRAMES, container: 'dts', contentType: 'audio/vnd.dts' },
]

/** Measures as the kind whose frames come first between `start` and `end`: tags are taken off. Refuses a file without any. */
export async function measureFrames(given: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const source = withHead(given, start)
  let first: { readonly at: number; readonly kind: FrameKind } | null = null
  for (const kind of KINDS) {
    const at = await findFrames(source, kind.format, start, end)
    if (at !== null && (first === null || at < first.at)) first = { at, kind }
    if (first?.at === start) break
  }
  if (first === null) throw new Refusal('this is no media file of a known kind: it has no run of frames')
  const { at, kind } = first
  return kind.format === MP3_FRAMES ? measureMp3(source, at, end) : count(source, kind, at, end)
}

/** Bytes that each kind looks at. */
const HEAD_SIZE = 320 * 1024

/** Asks once for the bytes at `start` that are asked for again and again. */
function withHead(source: ByteSource, start: number): ByteSource {
  let head: Promise<Uint8Array> | null = null
  return {
    size: source.size,
    read: async (from, wantedEnd) => {
      const end = Math.min(wantedEnd, source.size)
      if (from < start || end > start + HEAD_SIZE) return source.read(from, end)
      head ??= source.read(start, Math.min(start + HEAD_SIZE, source.size))
      return (await head).subarray(from - start, end - start)
    },
  }
}

async function count(
  source: ByteSource,
  { format, container, contentType }: FrameKind,
  start: number,
  end: number,
): Promise<MediaFacts> {
  const { first, samples } = await measureFrameRun(source, format, { start, end })
  const { sampleRateHz, channels } = first
  ensure(samples > 0, `the ${format.name} file has no audio`)
  ensure(channels > 0, `the ${format.name} file does not tell its channels in the frame headers`)
  return {
    ...{ container, contentType, durationMs: samplesToMs(samples, sampleRateHz), video: null },
    audio: { codec: container, sampleRateHz, channels },
  }
}
