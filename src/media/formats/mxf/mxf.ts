import type { MediaFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { ensure } from '../../refusal.ts'
import { frameRateOf } from '../frame-rate.ts'
import { findPicture, type PictureKind } from '../pictures/find-picture.ts'
import type { PictureSize } from '../pictures/picture.ts'
import { type Descriptor, descriptorsIn, secondsOfSequences } from './descriptors.ts'
import { findFooter, findHeader, type Partition, readPartition } from './partitions.ts'

/** Pictures whose own headers tell the size. */
const KINDS: Readonly<Record<string, PictureKind>> = {
  mpeg1: 'mpeg',
  mpeg2: 'mpeg',
  mpeg4: 'mpeg4',
  avc: 'avc',
}
const ESSENCE_SIZE = 256 * 1024

export { isMxf } from './partitions.ts'

/**
 * MXF (SMPTE 377-1), operational patterns 1a and Atom: what the metadata of the header partition say, and those of the footer, which are the
 * final ones where the header was written before its file was done. A file whose footer is not there is cut.
 */
export async function measureMxf(source: ByteSource): Promise<MediaFacts> {
  const origin = await findHeader(source)
  const header = origin === null ? null : await readPartition(source, origin, origin)
  ensure(origin !== null && header !== null, 'the MXF file has no header partition')
  const announced = header.footerAt === 0 ? null : origin + header.footerAt
  const footerAt = announced === null || announced >= source.size ? await findFooter(source) : announced
  const footer = footerAt === null ? null : await readPartition(source, footerAt, origin)
  const sets = [...(footer?.sets ?? []), ...header.sets]
  const descriptors = descriptorsIn(sets)
  const picture = chosen(descriptors, 'picture')
  const sound = chosen(descriptors, 'sound')
  ensure(picture !== null || sound !== null, 'the MXF file has no audio and no video of a known kind')
  const lengths = [picture, sound].map((one) =>
    one === null || one.rate === 0 ? 0 : one.duration / one.rate,
  )
  const seconds = Math.max(...lengths) || secondsOfSequences(sets, picture?.rate ?? 0)
  const size = picture === null ? null : await sizeOf(source, header, picture)
  const isCut = footer === null && header.footerAt > 0
  return {
    container: 'mxf',
    contentType: 'application/mxf',
    durationMs: Math.round(seconds * 1000),
    audio: sound?.audio ?? null,
    video:
      picture === null || size === null
        ? null
        : { codec: picture.codec, ...size, frameRate: frameRateOf(picture.rate, 1) },
    ...(isCut && { isCut: true as const }),
  }
}

/** The first that tells its length, or else the first. */
function chosen(all: readonly Descriptor[], is: Descriptor['is']): Descriptor | null {
  const those = all.filter((one) => one.is === is)
  return those.find(({ duration }) => duration > 0) ?? those[0] ?? null
}

/** What the pictures' own header says, which counts lines of fields that descriptors may not show. */
async function sizeOf(source: ByteSource, { end }: Partition, picture: Descriptor): Promise<PictureSize> {
  const kind = KINDS[picture.codec]
  const bytes = await source.read(end, Math.min(source.size, end + ESSENCE_SIZE))
  const found = kind === undefined ? null : findPicture(kind, bytes)
  const { width, height } = found?.picture ?? picture
  return { width, height }
}
