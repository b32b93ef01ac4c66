/** Codecs by the bytes of the label of a picture's coding behind the first ten (SMPTE RP 224, node 04.01.02). The first that fits counts. */
const PICTURE_CODINGS: readonly (readonly [readonly number[], string])[] = [
  [[0x01], 'rawvideo'],
  [[0x02, 0x01, 0x10], 'mpeg1'],
  [[0x02, 0x01, 0x20], 'mpeg4'],
  [[0x02, 0x01, 0x31], 'avc'],
  [[0x02, 0x01, 0x32], 'avc'],
  [[0x02, 0x01], 'mpeg2'],
  [[0x02, 0x02], 'dv'],
  [[0x02, 0x03, 0x01], 'jpeg2000'],
  [[0x02, 0x03, 0x06], 'prores'],
  [[0x02, 0x04], 'vc1'],
  [[0x02, 0x71], 'dnxhd'],
]
const CODING_AT = 11
/** By the byte of an essence container's label that says its mapping (SMPTE RP 224, node 0D.01.03.01.02). */
const CONTAINERS: Readonly<Record<number, string>> = {
  1: 'mpeg2',
  2: 'dv',
  4: 'mpeg2',
  5: 'rawvideo',
  12: 'jpeg2000',
  16: 'avc',
  17: 'dnxhd',
  18: 'vc1',
  28: 'prores',
}
const MAPPING_AT = 13
const A_LAW_MAPPING = 0x0a

/** Short name of a picture's codec by its own label, or else by its container's. */
export function pictureCodec(coding: Uint8Array, container: Uint8Array): string {
  const known = PICTURE_CODINGS.find(([bytes]) =>
    bytes.every((byte, index) => coding[CODING_AT + index] === byte),
  )
  return (
    (coding.length === 16 ? known?.[1] : undefined) ?? CONTAINERS[container[MAPPING_AT] ?? 0] ?? 'unknown'
  )
}

/** Compressed sound (node 04.02.02.02.03): A-law, and families of MPEG and Dolby. */
const COMPRESSED = 0x02
const SOUND_CODINGS: Readonly<Record<number, string>> = { 1: 'alaw', 2: 'ac3', 3: 'aac' }

/** Short name of a sound's codec. Uncompressed sound has the label of its node, or none. */
export function soundCodec(coding: Uint8Array, container: Uint8Array, bits: number): string {
  if (container[MAPPING_AT] === A_LAW_MAPPING) return 'alaw'
  const isCompressed = coding[8] === 4 && coding[9] === 2 && coding[10] === 2 && coding[11] === COMPRESSED
  const known = isCompressed ? SOUND_CODINGS[coding[13] ?? 0] : undefined
  return known ?? `pcm-s${bits === 0 ? 16 : bits}`
}
