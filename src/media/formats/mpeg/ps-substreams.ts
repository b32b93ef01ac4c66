/**
 * Streams within private stream 1 of discs: the first byte says which, three more which frames begin in the packet. Known from the
 * public descriptions of DVD video.
 */
const DOLBY = 0x80
const DTS = 0x88
const PCM = 0xa0
const DOLBY_PLUS = 0xc0
const HEADER_SIZE = 4
const PCM_HEADER_SIZE = 7
const PCM_RATES = [480, 960, 441, 320]
const PCM_BITS = [16, 20, 24]

const isDolby = (sub: number): boolean => (sub & 0xf8) === DOLBY || (sub & 0xf0) === DOLBY_PLUS

/** Whether a packet of private stream 1 says which stream it is. Without that it has frames of Dolby or DTS alone. */
export function isSubstream([sub = 0, second = 0]: Uint8Array): boolean {
  const isBare = sub === 0x0b && second === 0x77
  return !isBare && (isDolby(sub) || (sub & 0xf8) === DTS || (sub & 0xf8) === PCM)
}

/** What a substream is, by the first byte of its packets. */
export const substreamKind = (sub: number): 'dolby' | 'dts' | 'pcm' =>
  isDolby(sub) ? 'dolby' : (sub & 0xf8) === DTS ? 'dts' : 'pcm'

/** The content without its header. PCM gets one of ours in front: size, channels, bits, and hundreds of Hz. */
export function substreamContent(packet: Uint8Array): readonly Uint8Array[] {
  const [sub = 0] = packet
  if (substreamKind(sub) !== 'pcm') return [packet.subarray(HEADER_SIZE)]
  const content = packet.subarray(PCM_HEADER_SIZE)
  const format = packet[5] ?? 0
  const rate = PCM_RATES[(format >> 4) & 3] ?? 0
  const size = content.length
  const header = [
    size >> 8,
    size & 0xff,
    (format & 7) + 1,
    PCM_BITS[format >> 6] ?? 0,
    rate >> 8,
    rate & 0xff,
  ]
  return [Uint8Array.from(header), content]
}
