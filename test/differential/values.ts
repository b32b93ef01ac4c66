import type { Digests, SegmentFacts } from '../../src/core/model/bytes.ts'
import type { JsonObject } from '../../src/core/model/json.ts'
import { type AccountLimits, DEFAULT_LIMITS } from '../../src/core/model/limits.ts'
import type { MediaFacts } from '../../src/core/model/media.ts'
import type { ObjectTraits } from '../../src/core/model/objects.ts'
import type { UploadLimits } from '../../src/core/model/uploads.ts'
import type { SeededRandom } from '../contracts/metadata/random.ts'

/** Names that stores may order, fold or quote in ways of their own. */
export const NAMES: readonly string[] = [
  ...['a', 'B', 'b', 'song.mp3', 'song (1).mp3', 'song(1).mp3', '.hidden', 'a.b.c', 'x/y.mp3'],
  // U+FF00 stands before U+1D4B3 in UTF-8 and after it in UTF-16; İ and ß change their length when folded.
  ...['\uff00', '\u{1d4b3}.txt', 'İstanbul', 'straße', 'STRASSE', 'e\u0301', '\u00e9', '歌曲'],
  ...[
    "o'brien",
    '"quoted"',
    'back\\slash',
    '100%',
    'under_score',
    'bang!',
    '?',
    '$1',
    ' ',
    'tab\there',
    '\u007f',
  ],
  ...['n'.repeat(255), `${'é'.repeat(120)}.mp3`],
]

export const SIZES: readonly number[] = [
  ...[0, 1, 4, 5, 6, 11, 1000, 1_048_575, 1_048_576, 1_048_576, 1_048_576, 5_242_880, 2 ** 40],
]

export const LIMITS: readonly UploadLimits[] = [
  { partNumberMin: 1, partNumberMax: 10_000, partSizeMin: 0, partSizeMax: 2 ** 42, sizeMax: 2 ** 44 },
  { partNumberMin: 1, partNumberMax: 10_000, partSizeMin: 0, partSizeMax: 2 ** 42, sizeMax: 2 ** 44 },
  { partNumberMin: 1, partNumberMax: 1, partSizeMin: 0, partSizeMax: 2 ** 42, sizeMax: 2 ** 44 },
  { partNumberMin: 1, partNumberMax: 10_000, partSizeMin: 5, partSizeMax: 2 ** 42, sizeMax: 2 ** 44 },
  { partNumberMin: 0, partNumberMax: 3, partSizeMin: 0, partSizeMax: 1000, sizeMax: 12 },
  {
    partNumberMin: 1,
    partNumberMax: 9,
    partSizeMin: 0,
    partSizeMax: 2 ** 42,
    sizeMax: 2 ** 44,
    sizeNamed: 100_000,
  },
  {
    partNumberMin: 1,
    partNumberMax: 9,
    partSizeMin: 0,
    partSizeMax: 2 ** 42,
    sizeMax: 2 ** 44,
    sizeNamed: 20,
  },
]

/** Limits of accounts: none, ample ones, and such as are met at once. */
export const ACCOUNT_LIMITS: readonly AccountLimits[] = [
  DEFAULT_LIMITS,
  { ...DEFAULT_LIMITS, storedBytes: 2 ** 44, pendingBytes: 2 ** 44, tokensPerUser: 2 },
  { ...DEFAULT_LIMITS, openUploads: 5, objects: 12, entries: 15, volumes: 3, tokens: 4, tasks: 4 },
  { ...DEFAULT_LIMITS, storedBytes: 300_000, pendingBytes: 150_000 },
]

export const LABELS: readonly string[] = ['news', 'tag:a', 'tag:A', 'category:7', 'l:x', '%', "it's"]
export const STATUSES: readonly string[] = ['ready', 'pending', 'failed']
export const KINDS: readonly string[] = ['audio', 'video', '']

const JSONS: readonly JsonObject[] = [
  {},
  { tags: ['a', 'b'], rate: 1.5, nested: { deep: null } },
  { text: 'İ\u{1d4b3}"\\\n', '': true, list: [[], {}, -1, 1e21, 2 ** 53 - 1] },
  { '1': 'integers', b: 'come', a: 'first' },
]
export const jsonOf = (random: SeededRandom): JsonObject =>
  random.below(3) === 0 ? { count: random.below(1000) } : random.pick(JSONS)

const MEDIA: MediaFacts = {
  ...{ container: 'mp4', contentType: 'video/mp4', durationMs: 12_345 },
  ...{ audio: { codec: 'aac', sampleRateHz: 44_100, channels: 2 } },
  ...{ video: { codec: 'avc', width: 640, height: 360, frameRate: 29.97 } },
}

export const traitsOf = (random: SeededRandom): ObjectTraits => ({
  name: random.pick(NAMES),
  kind: random.pick(KINDS),
  status: random.pick(STATUSES),
  contentType: random.pick([null, 'audio/mpeg', 'text/plain; charset=utf-8']),
  media: random.pick([null, null, MEDIA, { ...MEDIA, video: null }]),
  attributes: jsonOf(random),
})

/** What is known of so many bytes; digests that a dialect does not promise are missing. */
export const factsOf = (random: SeededRandom, size: number): SegmentFacts => ({
  size,
  crc32: random.below(2 ** 32),
  digests: digestsOf(random),
})

const digestsOf = (random: SeededRandom): Digests => ({
  ...(random.below(8) === 0 ? {} : { md5: hex(random, 16) }),
  ...(random.below(3) === 0 ? { sha256: hex(random, 32) } : {}),
  ...(random.below(2) === 0 ? { crc64: BigInt(`0x${hex(random, 8)}`).toString() } : {}),
  ...(random.below(4) === 0 ? { crc32c: hex(random, 4), sha1: hex(random, 20) } : {}),
})

export const hex = (random: SeededRandom, bytes: number): string =>
  Buffer.from(random.bytes(bytes)).toString('hex')
