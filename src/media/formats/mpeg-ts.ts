const PACKET_SIZE = 188
const SYNC = 0x47
const PACKETS_CHECKED = 5
/** Where the first sync byte is and how far apart they are: plain, with a time code in front, with error correction. */
const LAYOUTS = [
  { offset: 0, stride: PACKET_SIZE },
  { offset: 4, stride: PACKET_SIZE + 4 },
  { offset: 0, stride: PACKET_SIZE + 16 },
]

/** How many bytes `isMpegTs` looks at. */
export const MPEG_TS_HEAD_SIZE = PACKETS_CHECKED * (PACKET_SIZE + 16)

/** Whether the first packets of an MPEG transport stream (ISO 13818-1) are there: at least two. */
export function isMpegTs(head: Uint8Array): boolean {
  return LAYOUTS.some(({ offset, stride }) => {
    const packets = Math.min(PACKETS_CHECKED, Math.ceil((head.length - offset) / stride))
    const syncs = Array.from({ length: packets }, (_, index) => head[offset + index * stride])
    return syncs.length >= 2 && syncs.every((byte) => byte === SYNC)
  })
}
