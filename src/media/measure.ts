import type { MediaFacts } from '../core/model/media.ts'
import type { ByteSource } from '../core/ports/media.ts'
import { cached, textAt } from './bytes.ts'
import { isAc3, measureAc3 } from './formats/ac3.ts'
import { isAdts, measureAdts } from './formats/adts.ts'
import { isAmr, measureAmr } from './formats/amr.ts'
import { isApe, measureApe } from './formats/ape.ts'
import { isAsf, measureAsf } from './formats/asf.ts'
import { isAvi, measureAvi } from './formats/avi.ts'
import { measureByLibrary } from './formats/by-library.ts'
import { isFlac, measureFlac } from './formats/flac.ts'
import { isFlv, measureFlv } from './formats/flv.ts'
import { isMatroska, measureMatroska } from './formats/matroska.ts'
import { isMp2, measureMp2 } from './formats/mp2.ts'
import { measureMp3 } from './formats/mp3.ts'
import { isMp4, measureMp4 } from './formats/mp4.ts'
import { checkPages, isOgg } from './formats/ogg.ts'
import { skipLeadingTags, skipTrailingTags } from './formats/tags.ts'
import { hasMpegTs, isMpegTs, MPEG_TS_HEAD_SIZE, measureMpegTs } from './formats/ts/mpeg-ts.ts'
import { isWav, measureWav } from './formats/wav.ts'
import { isWavPack, measureWavPack } from './formats/wavpack.ts'
import { ensure, Refusal } from './refusal.ts'

/** Recognises a media file by its bytes and measures it. Throws `Refusal`, or what `source.read` threw. */
export async function measure(source: ByteSource): Promise<MediaFacts> {
  const facts = await measureKind(cached(source))
  ensure(Number.isSafeInteger(facts.durationMs) && facts.durationMs > 0, 'the file has no usable length')
  return facts
}

async function measureKind(source: ByteSource): Promise<MediaFacts> {
  const head = await source.read(0, MPEG_TS_HEAD_SIZE)
  if (isWav(head)) return measureWav(source)
  if (isMp4(head)) return measureMp4(source)
  if (isMatroska(head)) return measureMatroska(source)
  if (isFlv(head)) return measureFlv(source)
  if (isAvi(head)) return measureAvi(source)
  if (isAsf(head)) return measureAsf(source)
  if (isAmr(head)) return measureAmr(source)
  if (isOgg(head)) return measureOgg(source)
  if (isMpegTs(head) || (await hasMpegTs(source))) return measureMpegTs(source)
  return measureTagged(source)
}

async function measureOgg(source: ByteSource): Promise<MediaFacts> {
  await checkPages(source)
  return measureByLibrary(source, 'ogg')
}

/** Formats that may have ID3 tags in front or APE tags behind. */
async function measureTagged(source: ByteSource): Promise<MediaFacts> {
  const start = await skipLeadingTags(source)
  const end = await skipTrailingTags(source, start)
  const head = await source.read(start, Math.min(start + 4, end))
  if (isWavPack(head)) return measureWavPack(source, start, end)
  if (isApe(head)) return measureApe(source, start, end)
  if (isAc3(head)) return measureAc3(source, start, end)
  if (isMp2(head)) return measureMp2(source, start, end)
  if (isFlac(head)) return measureFlac(source, start, end)
  if (isAdts(head)) return measureAdts(source, start, end)
  if (isText(head) || textAt(head, 0, 2) === 'PK') throw new Refusal('this is no media file of a known kind')
  return measureMp3(source, start, end)
}

/** An MP3 file may begin within a frame, but files that begin with text or as archives only contain one. */
const isText = (head: Uint8Array): boolean =>
  head.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d)
