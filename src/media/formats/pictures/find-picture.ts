import { avcPicture } from './avc.ts'
import { hevcPicture } from './hevc.ts'
import { mpegPicture } from './mpeg-video.ts'
import { mpeg4Picture } from './mpeg4-video.ts'
import { firstInUnits, type PictureFacts } from './picture.ts'
import { vc1Picture } from './vc1.ts'

/** The kinds of picture streams whose headers stand in the stream, behind start codes. `mpeg` is MPEG-1 or MPEG-2. */
export type PictureKind = 'mpeg' | 'mpeg4' | 'avc' | 'hevc' | 'vc1'

export interface PictureStream {
  readonly codec: string
  readonly picture: PictureFacts
}

/** What the unit behind a start code says of the stream; null: nothing. */
type UnitReader = (unit: Uint8Array) => PictureStream | null

const reader =
  (
    codec: string,
    isHeader: (first: number) => boolean,
    read: (unit: Uint8Array) => PictureFacts | null,
  ): UnitReader =>
  (unit) => {
    const picture = isHeader(unit[0] ?? 0) ? read(unit) : null
    return picture === null ? null : { codec, picture }
  }

const AVC_PARAMETERS = 7
const HEVC_PARAMETERS = 33

const READERS: Readonly<Record<PictureKind, UnitReader>> = {
  mpeg: (unit) => (unit[0] === 0xb3 ? mpegPicture(unit) : null),
  mpeg4: reader('mpeg4', (first) => first >> 4 === 2, mpeg4Picture),
  avc: reader('avc', (first) => (first & 0x9f) === AVC_PARAMETERS, avcPicture),
  hevc: reader('hevc', (first) => first >> 1 === HEVC_PARAMETERS, hevcPicture),
  vc1: reader('vc1', (first) => first === 0x0f, vc1Picture),
}

/** The first header of a picture stream of this kind in its bytes; null: there is none. */
export const findPicture = (kind: PictureKind, bytes: Uint8Array): PictureStream | null =>
  firstInUnits(bytes, READERS[kind])
