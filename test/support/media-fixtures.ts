import { readdirSync, readFileSync } from 'node:fs'
import type { MediaFacts } from '../../src/core/model/media.ts'
import type { ByteSource } from '../../src/core/ports/media.ts'

const folder = new URL('../fixtures/media/', import.meta.url)

/** The bytes of a file in test/fixtures/media. */
export const mediaFixture = (name: string): Buffer => readFileSync(new URL(name, folder))

/** An MP4 video with this many bytes of padding. */
export function largeVideo(padding: number): Buffer {
  const box = Buffer.alloc(8 + padding, 0x5a)
  box.writeUInt32BE(box.length)
  box.write('free', 4)
  return Buffer.concat([mediaFixture('video.mp4'), box])
}

/** What ffprobe says of each fixture that is a media file, by name. */
export const expectedMediaFacts = (): ReadonlyMap<string, MediaFacts> =>
  new Map(Object.entries(JSON.parse(mediaFixture('expected.json').toString())))

/** The names of all fixtures, media or not. */
export const mediaFixtureNames = (): readonly string[] => readdirSync(folder).sort()

export const memorySource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
})
