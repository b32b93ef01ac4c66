import type { MediaCase } from '../case.ts'
import { FRAGMENTS } from './fragments.ts'
import { MATROSKA } from './matroska.ts'
import { MP4 } from './mp4.ts'
import { ODD_PICTURES } from './odd-pictures.ts'
import { ODD_SOUND } from './odd-sound.ts'
import { OGG } from './ogg.ts'
import { SOUND } from './sound.ts'
import { STREAMS } from './streams.ts'
import { WAVE } from './wave.ts'
import { ASF, AVI, FLV } from './windows.ts'

/** All files, by the readers that they are about. Names are unique. */
export const KINDS: Readonly<Record<string, readonly MediaCase[]>> = {
  ...{
    wave: WAVE,
    sound: SOUND,
    ogg: OGG,
    matroska: MATROSKA,
    mp4: [...MP4, ...FRAGMENTS],
    avi: AVI,
    asf: ASF,
    flv: FLV,
    streams: STREAMS,
    odd: [...ODD_PICTURES, ...ODD_SOUND],
  },
}
