import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { Refusal } from '../refusal.ts'
import { AC3_FRAMES, measureAc3 } from './ac3.ts'
import { ADTS_FRAMES, measureAdts } from './adts.ts'
import { type FrameFormat, findFrames } from './frames.ts'
import { MP2_FRAMES, measureMp2 } from './mp2.ts'
import { MP3_FRAMES, measureMp3 } from './mp3.ts'

interface FrameKind {
  readonly format: FrameFormat
  readonly measure: (source: ByteSource, start: number, end: number) => Promise<MediaFacts>
}

/** Files that are nothing but frames, whatever stands in front of the first. */
const KINDS: readonly FrameKind[] = [
  { format: MP3_FRAMES, measure: measureMp3 },
  { format: ADTS_FRAMES, measure: measureAdts },
  { format: AC3_FRAMES, measure: measureAc3 },
  { format: MP2_FRAMES, measure: measureMp2 },
]

/** Measures as the kind whose frames come first. Refuses a file without any. */
export async function measureFrames(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  let first: { readonly at: number; readonly kind: FrameKind } | null = null
  for (const kind of KINDS) {
    const at = await findFrames(source, kind.format, start, end)
    if (at !== null && (first === null || at < first.at)) first = { at, kind }
    if (first?.at === start) break
  }
  if (first === null) throw new Refusal('this is no media file of a known kind: it has no run of frames')
  return first.kind.measure(source, first.at, end)
}
