import type { MediaFacts } from '../core/model.ts'
import type { ByteSource } from '../core/ports.ts'
import { cached, textAt } from './bytes.ts'
import { isAdts, measureAdts } from './formats/adts.ts'
import { measureByLibrary } from './formats/by-library.ts'
import { isFlac, measureFlac } from './formats/flac.ts'
import { checkElements, isMatroska } from './formats/matroska.ts'
import { measureMp3 } from './formats/mp3.ts'
import { checkBoxes, isMp4 } from './formats/mp4.ts'
import { isMpegTs, MPEG_TS_HEAD_SIZE } from './formats/mpeg-ts.ts'
import { skipLeadingTags, skipTrailingTags } from './formats/tags.ts'
import { isWav, measureWav } from './formats/wav.ts'
import { Refusal } from './refusal.ts'

/** Recognises a media file by its first bytes and measures it. Throws `Refusal`, or what `source.read` threw. */
export async function measure(original: ByteSource): Promise<MediaFacts> {
  const source = cached(original)
  const head = await source.read(0, MPEG_TS_HEAD_SIZE)
  if (isWav(head)) return measureWav(source)
  if (isMp4(head)) return measureMp4(source)
  if (isMatroska(head)) return measureMatroska(source)
  if (textAt(head, 0, 4) === 'OggS') return measureStream(source, 'ogg')
  if (isMpegTs(head)) return measureStream(source, 'mpeg-ts')
  return measureTagged(source)
}

/** Formats that may have ID3 tags in front: FLAC, AAC and MP3. */
async function measureTagged(source: ByteSource): Promise<MediaFacts> {
  const start = await skipLeadingTags(source)
  const end = await skipTrailingTags(source, start)
  const head = await source.read(start, Math.min(start + 4, end))
  if (isFlac(head)) return measureFlac(source, start, end)
  if (isAdts(head)) return measureAdts(source, start, end)
  if (isText(head) || textAt(head, 0, 2) === 'PK') throw new Refusal('this is no media file of a known kind')
  return measureMp3(source, start, end)
}

/** An MP3 file may begin within a frame, but files that begin with text or as archives only contain one. */
const isText = (head: Uint8Array): boolean =>
  head.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d)

async function measureMp4(source: ByteSource): Promise<MediaFacts> {
  const { isFragmented } = await checkBoxes(source)
  return measureByLibrary(source, {
    format: 'mp4',
    usesStatedDuration: !isFragmented,
    readsLastPacket: !isFragmented,
  })
}

async function measureMatroska(source: ByteSource): Promise<MediaFacts> {
  await checkElements(source)
  return measureByLibrary(source, { format: 'matroska', usesStatedDuration: false, readsLastPacket: false })
}

const measureStream = (source: ByteSource, format: 'ogg' | 'mpeg-ts'): Promise<MediaFacts> =>
  measureByLibrary(source, { format, usesStatedDuration: false, readsLastPacket: false })
