import type { AudioFacts } from '../../core/model/media.ts'
import { textAt, viewOf } from '../bytes.ts'
import { ensure } from '../refusal.ts'
import { audioConfig } from './aac-config.ts'

/** Short names by the four letters of a BITMAPINFOHEADER; others keep them, in lower case. */
const VIDEO_CODECS: ReadonlyMap<string, string> = byWords({
  avc: 'h264 x264 avc1 davc vssh smv2 q264 g264 gavc umsv',
  hevc: 'hevc h265 x265 hev1 hvc1',
  mpeg4:
    'xvid divx dx50 fmp4 mp4v m4s2 mp4s 3iv2 3iv1 dm4v rmp4 seds sedg blz0 dxgm pm4v vidm geox hdx4 ump4 xvix wv1f',
  mpeg2: 'mpg2 mp2v mpeg mmes em2v m701 xdvd',
  mpeg1: 'mpg1 mp1v pim1',
  msmpeg4v1: 'mpg4 mp41',
  msmpeg4v2: 'mp42 div2',
  msmpeg4v3: 'mp43 div3 mpg3 div4 div5 div6 dvx3 ap41 col1 col0',
  vp8: 'vp80',
  vp9: 'vp90',
  av1: 'av01',
  wmv1: 'wmv1 gxve',
  wmv2: 'wmv2',
  wmv3: 'wmv3',
  vc1: 'wvc1 wmva wvp2 vc-1',
  mjpeg: 'mjpg jpeg avrn avdj dmb1 ljpg ijpg loco dmmp',
  h263: 'h263 u263 m263 l263 x263 vx1k t263 s263 i263 d263 viv1',
  h261: 'h261',
  flv1: 'flv1 flv4',
  dv: 'dvsd dvhd dvsl dv25 dv50 cdvc cdv5 dvcp dvis dvc dvcs dvh1 dvcd pdvc sl25 sldv avd1',
  huffyuv: 'hfyu',
  ffvhuff: 'ffvh',
  ffv1: 'ffv1',
  cinepak: 'cvid',
  png: 'mpng png',
  snow: 'snow',
  theora: 'theo',
  indeo3: 'iv31 iv32',
  indeo4: 'iv41',
  indeo5: 'iv50',
  prores: 'apch apcn apcs apco ap4h ap4x',
  dnxhd: 'avdn avdh',
  zlib: 'zlib',
  vp7: 'vp70 vp71',
  jpegls: 'mjls',
  jpeg2000: 'mjp2 mj2c ljp2 ipj2 avj2',
  utvideo: 'uly0 uly2 uly4 ulrg ulra ulh0 ulh2 ulh4 uqy2 uqrg uqra',
  svq1: 'svq1 svqi',
  svq3: 'svq3',
  qtrle: 'rle',
  rpza: 'rpza',
  smc: 'smc',
  rawvideo: 'i420 iyuv yv12 yuy2 yuyv uyvy y422 hdyc y800 y8 nv12 nv21 yv16 yv24 v308 rgb bgr dib cyuv 2vuy',
  raw10: 'v210',
  msvideo1: 'cram msvc wham',
  msrle: 'mrle',
  camstudio: 'cscd',
  tscc: 'tscc',
  tscc2: 'tsc2',
  lagarith: 'lags',
  magicyuv: 'magy m8rg m8ra m8y0 m8y2 m8y4 m8g0',
  cfhd: 'cfhd',
  hap: 'hap1 hap5 hapy',
  vp6: 'vp60 vp61 vp62',
  vp6f: 'vp6f flv4',
})

/** From the words of each value to its key. */
function byWords(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).flatMap(([name, list]) => list.split(' ').map((word) => [word, name])))
}

export function videoCodecOf(letters: string): string {
  const name = letters.replaceAll('\0', '').trim().toLowerCase()
  return VIDEO_CODECS.get(name) ?? (name === '' ? 'unknown' : name)
}

const BITMAP_HEADER_SIZE = 40
/** Compressions that are numbers. */
const RAW_COMPRESSIONS: readonly number[] = [0, 3]
const RUN_LENGTHS: readonly number[] = [1, 2]

/** What the compression of a BITMAPINFOHEADER says. `handler` has four letters for where it is silent. */
export function bitmapCodec(header: Uint8Array, handler = ''): string {
  if (header.length < BITMAP_HEADER_SIZE) return videoCodecOf(handler)
  const compression = viewOf(header).getUint32(16, true)
  if (RUN_LENGTHS.includes(compression)) return 'msrle'
  if (!RAW_COMPRESSIONS.includes(compression)) return videoCodecOf(textAt(header, 16, 4))
  const named = videoCodecOf(handler)
  return named === 'unknown' || named === 'rgb' || named === 'dib ' ? 'rawvideo' : named
}

/** Short names by the format tag of a WAVEFORMATEX (RFC 2361, mmreg.h, and tags that programs took for themselves). */
const AUDIO_CODECS: ReadonlyMap<number, string> = new Map(
  Object.entries({
    'adpcm-ms': [0x2],
    alaw: [0x6],
    ulaw: [0x7, 0x6c75],
    dts: [0x8, 0x2001],
    wmavoice: [0xa, 0xb],
    'adpcm-oki': [0x10, 0x17],
    'adpcm-ima': [0x11, 0x69],
    'adpcm-yamaha': [0x20],
    truespeech: [0x22],
    'gsm-ms': [0x31, 0x32, 0x1500],
    'g723-1': [0x42, 0x111, 0x14, 0xa100],
    g726: [0x40, 0x45, 0x64, 0x85, 0x140, 0x4201],
    mp2: [0x50],
    mp3: [0x55],
    'amr-nb': [0x38, 0x57],
    'amr-wb': [0x58],
    'adpcm-dk4': [0x61],
    'adpcm-dk3': [0x62],
    metasound: [0x75],
    g729: [0x83, 0x133, 0x2c44, 0xa122],
    aac: [0xff, 0x4143, 0x706d, 0x1600, 0x1601, 0x1610, 0xa106, 0x8180],
    'aac-latm': [0x1602],
    sipr: [0x130],
    wmav1: [0x160],
    wmav2: [0x161],
    wmapro: [0x162],
    wmalossless: [0x163],
    xma1: [0x165],
    xma2: [0x166],
    'adpcm-ct': [0x200],
    atrac3: [0x270],
    g722: [0x28f, 0x65, 0xa112],
    ac3: [0x2000],
    vorbis: [0x566f, 0x674f, 0x6750, 0x6751, 0x676f, 0x6770, 0x6771],
    opus: [0x704f],
    'adpcm-swf': [0x5346],
    speex: [0xa109],
    flac: [0xf1ac],
  }).flatMap(([name, tags]) => tags.map((tag) => [tag, name] as const)),
)
const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xfffe
/** Ends of GUIDs that stand for a format tag: those of KSDATAFORMAT_SUBTYPE_WAVEFORMATEX, and of sound for a sphere. */
const TAG_TAILS: readonly string[] = ['000000001000800000aa00389b71', '00002107d3118644c8c1ca000000']
/** Subformats with a GUID of their own, in hex. */
const GUIDS: Readonly<Record<string, string>> = {
  af87fba7022dfb42a4d405cd93843bdd: 'eac3',
  '2b806d46cb26db11a8d20017a47d8b1a': 'truehd',
}

/** What a WAVEFORMATEX says, before anything is made of it. */
export interface WaveFormat {
  /** That of the subformat, where there is one; 0 if it has a GUID of its own. */
  readonly tag: number
  /** A short codec name; `wave-…` for an unknown format. */
  readonly codec: string
  readonly channels: number
  readonly sampleRateHz: number
  readonly bytesPerSecond: number
  readonly blockSize: number
  readonly bits: number
  /** What stands behind the fixed fields. */
  readonly extra: Uint8Array
}

/** Reads a WAVEFORMATEX or its shorter forms. Errors: `Refusal` for one that has no channels or no rate. */
export function readWaveFormat(format: Uint8Array, isLittle = true): WaveFormat {
  ensure(format.length >= 14, 'the audio format is too short')
  const view = viewOf(format)
  const stated = view.getUint16(0, isLittle)
  const isExtensible = stated === EXTENSIBLE && format.length >= 40
  const guid = isExtensible ? Buffer.from(format.subarray(24, 40)).toString('hex') : ''
  const tag = !isExtensible ? stated : TAG_TAILS.includes(guid.slice(4)) ? view.getUint16(24, isLittle) : 0
  const bits = format.length >= 16 ? view.getUint16(14, isLittle) : 8
  const [channels, sampleRateHz] = [view.getUint16(2, isLittle), view.getUint32(4, isLittle)]
  ensure(channels > 0 && sampleRateHz > 0, 'the audio has no usable format')
  return {
    ...{ tag, channels, sampleRateHz, bits },
    codec: tag === 0 && isExtensible ? (GUIDS[guid] ?? `wave-${guid}`) : codecOf(tag, bits, isLittle),
    bytesPerSecond: view.getUint32(8, isLittle),
    blockSize: view.getUint16(12, isLittle),
    extra: format.subarray(isExtensible ? 40 : 18),
  }
}

/** The short name of a format tag that stands for one codec; null for PCM and for unknown tags. */
export const waveCodec = (tag: number): string | null => AUDIO_CODECS.get(tag) ?? null

function codecOf(tag: number, bits: number, isLittle: boolean): string {
  const container = Math.ceil(bits / 8) * 8
  const order = isLittle || container <= 8 ? '' : 'be'
  if (tag === PCM) return container <= 8 ? 'pcm-u8' : `pcm-s${container}${order}`
  if (tag === FLOAT) return `pcm-f${container}${order}`
  return AUDIO_CODECS.get(tag) ?? `wave-${tag}`
}

/** The facts that a format tells. AAC has its set-up behind it, which counts before the format. */
export function audioInWave({ codec, channels, sampleRateHz, extra }: WaveFormat): AudioFacts {
  const aac = codec === 'aac' ? audioConfig(extra) : null
  return {
    codec: aac?.codec ?? codec,
    sampleRateHz: aac?.sampleRateHz ?? sampleRateHz,
    channels: aac?.channels ?? channels,
  }
}

/** What the WAVEFORMATEX of a stream says. */
export const audioInWaveFormat = (format: Uint8Array): AudioFacts => audioInWave(readWaveFormat(format))
