import type { MediaFacts } from '../core/model/media.ts'
import type { ByteSource } from '../core/ports/media.ts'
import { type CacheMemory, cached, from } from './bytes.ts'
import { isAmr, measureAmr } from './formats/amr.ts'
import { isApe, measureApe } from './formats/ape.ts'
import { isAsf, measureAsf } from './formats/asf.ts'
import { isAvi, measureAvi } from './formats/avi.ts'
import { isFlac, measureFlac } from './formats/flac.ts'
import { isFlv, measureFlv } from './formats/flv.ts'
import { measureFrames } from './formats/frame-kinds.ts'
import { isMatroska, measureMatroska } from './formats/matroska.ts'
import { isMmf, measureMmf } from './formats/mmf/mmf.ts'
import { isMp4, measureMp4 } from './formats/mp4.ts'
import { hasMpegPs, isMpegPs, measureMpegPs } from './formats/mpeg/mpeg-ps.ts'
import { hasMpegTs, isMpegTs, MPEG_TS_HEAD_SIZE, measureMpegTs } from './formats/mpeg/mpeg-ts.ts'
import { isMxf, measureMxf } from './formats/mxf/mxf.ts'
import { measureOgg } from './formats/ogg/ogg.ts'
import { isOgg } from './formats/ogg/pages.ts'
import { isOtherKind } from './formats/other-kinds.ts'
import { skipLeadingTags, skipTrailingTags } from './formats/tags.ts'
import { isWav, measureWav } from './formats/wav.ts'
import { isWavPack, measureWavPack } from './formats/wavpack.ts'
import { ensure, Refusal } from './refusal.ts'

/** Recognises a media file by its bytes and measures it. `memory` may be used again for the next file. Throws `Refusal`, or what `source.read` threw. */
export async function measure(source: ByteSource, memory?: CacheMemory): Promise<MediaFacts> {
  const facts = await measureKind(cached(source, memory))
  ensure(Number.isSafeInteger(facts.durationMs) && facts.durationMs > 0, 'the file has no usable length')
  return facts
}

/** Tags may stand in front of any kind. */
async function measureKind(source: ByteSource): Promise<MediaFacts> {
  const facts = await measureByHead(source)
  if (facts !== null) return facts
  const start = await skipLeadingTags(source)
  const tagged = start === 0 ? null : await measureByHead(from(source, start))
  return tagged ?? measureSound(source, start, await skipTrailingTags(source, start))
}

/** The kinds that are known by their first bytes. Null: it is none of them. */
async function measureByHead(source: ByteSource): Promise<MediaFacts | null> {
  const head = await source.read(0, MPEG_TS_HEAD_SIZE)
  if (isWav(head)) return measureWav(source)
  if (isMp4(head)) return measureMp4(source)
  if (isMatroska(head)) return measureMatroska(source)
  if (isFlv(head)) return measureFlv(source)
  if (isAvi(head)) return measureAvi(source)
  if (isAsf(head)) return measureAsf(source)
  if (isAmr(head)) return measureAmr(source)
  if (isOgg(head)) return measureOgg(source)
  if (isMmf(head)) return measureMmf(source)
  if (isMxf(head)) return measureMxf(source)
  if (isMpegPs(head)) return measureMpegPs(source)
  if (isMpegTs(head)) return measureMpegTs(source)
  return isOtherKind(head) ? null : measureBehindLead(source)
}

/** Kinds that receivers find wherever they begin. Null: it is none of them. */
async function measureBehindLead(source: ByteSource): Promise<MediaFacts | null> {
  if (await hasMpegTs(source)) return measureMpegTs(source)
  return (await hasMpegPs(source)) ? measureMpegPs(source) : null
}

/** Kinds that may have tags at both ends, which are taken off here. */
async function measureSound(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const head = await source.read(start, Math.min(start + 512, end))
  if (isWavPack(head)) return measureWavPack(source, start, end)
  if (isApe(head)) return measureApe(source, start, end)
  if (isFlac(head)) return measureFlac(source, start, end)
  if (isOtherKind(head)) throw new Refusal('this is no media file of a known kind')
  return measureFrames(source, start, end)
}
