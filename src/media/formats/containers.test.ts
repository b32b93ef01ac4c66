import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'
import { audioConfig } from './aac-config.ts'

const measured = (...parts: Uint8Array[]) => measure(memorySource(Buffer.concat(parts)))
const refusal = (message: RegExp): object => ({ name: 'Refusal', message })

/** Where a top-level box of an MP4 file begins. */
const boxAt = (bytes: Buffer, kind: string): number => bytes.indexOf(kind) - 4

describe('MP4 and MOV', () => {
  test('a file cut between its boxes misses its last chunk', async () => {
    const bytes = mediaFixture('faststart.mp4')
    assert.equal((await measured(bytes.subarray(0, boxAt(bytes, 'mdat')))).isCut, true)
  })

  test('a file without a movie box is refused', async () => {
    const bytes = mediaFixture('video.mp4')
    await assert.rejects(measured(bytes.subarray(0, boxAt(bytes, 'moov'))), refusal(/no movie box/))
  })

  test('an old QuickTime file does not begin with its type', async () => {
    const bytes = mediaFixture('video.mov')
    // Chunk offsets are not moved, but are within the file.
    const facts = await measured(
      bytes.subarray(bytes.readUInt32BE(0)),
      Buffer.from('\0\0\0\x20free\0', 'latin1'),
      Buffer.alloc(23),
    )
    assert.deepEqual([facts.container, facts.durationMs], ['mov', 1000])
  })

  test('a last box of open size goes on to the end', async () => {
    const bytes = mediaFixture('faststart.mp4')
    bytes.writeUInt32BE(0, boxAt(bytes, 'mdat'))
    assert.equal((await measured(bytes)).durationMs, 1000)
  })

  test('fragments cut out of a longer stream are measured without what was before', async () => {
    const bytes = mediaFixture('fragmented.mp4')
    for (let at = bytes.indexOf('tfdt'); at !== -1; at = bytes.indexOf('tfdt', at + 4)) {
      assert.equal(bytes[at + 4], 1)
      const trackId = bytes.readUInt32BE(bytes.lastIndexOf('tfhd', at) + 8)
      const unitsPerSecond = trackId === 1 ? 10_240n : 44_100n
      bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + 3600n * unitsPerSecond, at + 8)
    }
    assert.equal((await measured(bytes)).durationMs, 1200)
  })

  test('a gap between fragments is part of the length', async () => {
    const bytes = mediaFixture('fragmented.mp4')
    const at = bytes.lastIndexOf('tfdt')
    bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + 10n * 44_100n, at + 8)
    const { durationMs } = await measured(bytes)
    assert.ok(durationMs > 10_000, `${durationMs} ms`)
  })

  test('a fragment run that stands for billions of samples costs nothing', async () => {
    const bytes = mediaFixture('fragmented.mp4')
    bytes.writeUInt32BE(0xffffffff, bytes.indexOf('trun') + 8)
    await assert.rejects(measured(bytes), refusal(/too short/))
  })
})

describe('AAC configurations', () => {
  const cases: Readonly<Record<string, readonly [string, string, number, number | null]>> = {
    'low complexity, 44.1 kHz, stereo': ['1210', 'aac', 44100, 2],
    'SBR told in front: the rate that comes out': ['2b920800', 'he-aac', 44100, 2],
    'parametric stereo told in front: two channels': ['eb8a0800', 'he-aac-v2', 44100, 2],
    'SBR told behind, where old decoders do not look': ['139056e5a0', 'he-aac', 44100, 2],
    'parametric stereo told behind': ['138856e5a54880', 'he-aac-v2', 44100, 2],
    'SBR told behind not to be there': ['121056e500', 'aac', 44100, 2],
    'a rate in full and SBR behind it': ['178007d01056e5d8', 'he-aac', 8000, 2],
    '7.1 channels': ['11b8', 'aac', 48000, 8],
    'channels in the bit stream': ['1200', 'aac', 44100, null],
    'channels of a program in the set-up': ['1200050400000000', 'aac', 44100, 1],
    'a rate in full': ['178056220800', 'aac', 0xac44, 1],
  }
  for (const [name, [hex, codec, sampleRateHz, channels]] of Object.entries(cases)) {
    test(name, () =>
      assert.deepEqual(audioConfig(Buffer.from(hex, 'hex')), { codec, sampleRateHz, channels }),
    )
  }
  test('too short, or of a reserved rate', () => {
    assert.equal(audioConfig(Buffer.from('12', 'hex')), null)
    assert.equal(audioConfig(Buffer.from('1690', 'hex')), null)
  })
})

describe('Matroska', () => {
  test('without a stated length the blocks are measured', async () => {
    const bytes = mediaFixture('video.mkv')
    const at = bytes.indexOf(Buffer.from('448988', 'hex'))
    bytes.writeDoubleBE(0, at + 3)
    const facts = await measured(bytes)
    assert.ok(Math.abs(facts.durationMs - 1023) <= 25, `${facts.durationMs} ms`)
  })

  test('bytes behind the segment do not matter', async () => {
    assert.equal((await measured(mediaFixture('video.mkv'), Buffer.alloc(1000))).durationMs, 1023)
  })

  test('a codec that is named as something every object has keeps its name', async () => {
    const bytes = mediaFixture('video.mkv')
    bytes.write('constructor'.padEnd(15, '\0'), bytes.indexOf('V_MPEG4/ISO/AVC'))
    assert.equal((await measured(bytes)).video?.codec, 'constructor')
  })

  test('an EBML file of another kind is refused', async () => {
    const bytes = mediaFixture('video.mkv')
    bytes.write('notmedia', bytes.indexOf('matroska'))
    await assert.rejects(measured(bytes), refusal(/neither WebM nor Matroska/))
  })
})

describe('OGG', () => {
  test('a file that is cut within a page has the length of its whole pages, and says so', async () => {
    const { isCut, durationMs } = await measured(mediaFixture('opus.ogg').subarray(0, -1))
    assert.equal(isCut, true)
    assert.ok(durationMs > 0 && durationMs < 1000, `${durationMs} ms`)
  })

  test('streams after each other are as long as all of them', async () => {
    const facts = await measured(mediaFixture('opus.ogg'), mediaFixture('vorbis.ogg'))
    assert.deepEqual([facts.durationMs, facts.audio?.codec, facts.isCut], [2000, 'opus', undefined])
  })

  test('bytes behind the last page do not matter', async () => {
    const facts = await measured(mediaFixture('vorbis.ogg'), Buffer.alloc(100_000, 0x4f))
    assert.deepEqual([facts.durationMs, facts.isCut], [1000, undefined])
  })

  test('a stream that was joined late is as long as what is there of it', async () => {
    for (const name of ['opus.ogg', 'vorbis.ogg']) {
      const bytes = Buffer.from(mediaFixture(name))
      for (let at = 0; at !== -1; at = bytes.indexOf('OggS', at + 4)) {
        const granule = bytes.readBigUInt64LE(at + 6)
        if (granule > 0n && granule < 2n ** 63n) bytes.writeBigUInt64LE(granule + 10_000_000n, at + 6)
      }
      const { durationMs } = await measured(bytes)
      assert.ok(Math.abs(durationMs - 1000) < 50, `${name}: ${durationMs} ms`)
    }
  })
})

describe('FLAC', () => {
  test('behind an ID3v2 tag', async () => {
    const tag = Buffer.from('ID3\x04\0\0\0\0\0\x04abcd', 'latin1')
    assert.equal((await measured(tag, mediaFixture('tone.flac'))).durationMs, 1000)
  })

  test('that announces more samples than there are is cut', async () => {
    const bytes = mediaFixture('tone.flac')
    bytes.writeUInt32BE(bytes.readUInt32BE(22) + 1600, 22)
    const { durationMs, isCut } = await measured(bytes)
    assert.deepEqual([durationMs, isCut], [1100, true])
  })

  test('that has no whole frame is refused', async () => {
    const bytes = mediaFixture('tone.flac')
    const at = bytes.indexOf(Buffer.from('fff8', 'hex'))
    await assert.rejects(measured(bytes.subarray(0, at + 4)), refusal(/cut/))
  })
})
