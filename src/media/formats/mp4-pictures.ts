import type { VideoFacts } from '../../core/model/media.ts'
import { ensure } from '../refusal.ts'
import { type Box, type BoxReader, Fields } from './mp4-boxes.ts'
import { readElementaryStream } from './mp4-elementary.ts'
import { findEntryBox, originalKind } from './mp4-holders.ts'

/** Short names by sample entry (mp4ra.org, QuickTime); other entries keep their own. */
const CODECS: Readonly<Record<string, string>> = {
  ...{ avc1: 'avc', avc2: 'avc', avc3: 'avc', avc4: 'avc', dva1: 'avc', dvav: 'avc' },
  ...{ hvc1: 'hevc', hev1: 'hevc', dvh1: 'hevc', dvhe: 'hevc', vvc1: 'vvc', vvi1: 'vvc' },
  ...{ vp08: 'vp8', vp09: 'vp9', av01: 'av1', s263: 'h263', h263: 'h263' },
  ...{ apcn: 'prores', apch: 'prores', apcs: 'prores', apco: 'prores', ap4h: 'prores', ap4x: 'prores' },
  ...{ jpeg: 'mjpeg', mjpa: 'mjpeg', mjpb: 'mjpeg', avdn: 'dnxhd', avdh: 'dnxhd' },
  ...{ xvid: 'mpeg4', divx: 'mpeg4', dx50: 'mpeg4', '3iv2': 'mpeg4', fmp4: 'mpeg4' },
  ...{ mp1v: 'mpeg1', m1v: 'mpeg1', mpeg: 'mpeg1', mp2v: 'mpeg2', m2v1: 'mpeg2', 'vc-1': 'vc1' },
  ...{ dvc: 'dv', dvcp: 'dv', dvpp: 'dv', dv5n: 'dv', dv5p: 'dv' },
  ...{ raw: 'rawvideo', '2vuy': 'rawvideo', yuv2: 'rawvideo', v210: 'rawvideo' },
}
/** Families of cameras: all of them are MPEG-2. */
const MPEG2_FAMILIES = /^(hdv[1-9a-e]|mx[345][np]|xd[5vhv][1-9a-f]|xdv[1-9a-f]|xdh[d2]|xd5[1-9a-f])$/
/** By the object type in an `esds` box. */
const OBJECT_TYPES: Readonly<Record<number, string>> = {
  32: 'mpeg4',
  33: 'avc',
  35: 'hevc',
  ...{ 96: 'mpeg2', 97: 'mpeg2', 98: 'mpeg2', 99: 'mpeg2', 100: 'mpeg2', 101: 'mpeg2' },
  106: 'mpeg1',
  108: 'mjpeg',
  109: 'png',
  110: 'jpeg2000',
  163: 'vc1',
  177: 'vp9',
}
/** Where the boxes of a picture's entry begin. */
const BOXES_AT = 78

/** What the first entry of a sample description says of video (ISO 14496-12 §12.1.3). Of `mp4v` the object type in `esds` tells the codec. */
export async function readVideoEntry(reader: BoxReader, entry: Box): Promise<Omit<VideoFacts, 'frameRate'>> {
  const fields = new Fields(await reader.content(entry, 128), 24)
  const [width, height] = [fields.u16(), fields.u16()]
  ensure(width > 0 && height > 0, 'the video has no usable size')
  const span = { start: entry.start + BOXES_AT, end: entry.end }
  const kind = entry.kind === 'encv' ? await originalKind(reader, span, entry.kind) : entry.kind
  const esds = kind === 'mp4v' ? await findEntryBox(reader, span, 'esds') : null
  const own = kind === 'mp4v' ? 'mpeg4' : codecName(kind)
  if (esds === null) return { codec: own, width, height }
  const { objectType } = readElementaryStream(await reader.content(esds, 1024))
  return { codec: OBJECT_TYPES[objectType] ?? own, width, height }
}

function codecName(kind: string): string {
  const name = kind.trim().toLowerCase()
  return CODECS[name] ?? (MPEG2_FAMILIES.test(name) ? 'mpeg2' : name)
}
