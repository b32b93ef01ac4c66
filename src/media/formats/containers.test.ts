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
  const cases: Readonly<Record<string, readonly [hex: string, rate: number, channels: number | null]>> = {
    'low complexity, 44.1 kHz, stereo': ['1210', 44100, 2],
    'with SBR: the rate that comes out': ['2b920800', 44100, 2],
    'with parametric stereo: two channels': ['eb8a0800', 44100, 2],
    '7.1 channels': ['11b8', 48000, 8],
    'channels in the bit stream': ['1200', 44100, null],
    'a rate in full': ['178056220800', 0xac44, 1],
  }
  for (const [name, [hex, sampleRateHz, channels]] of Object.entries(cases)) {
    test(name, () => assert.deepEqual(audioConfig(Buffer.from(hex, 'hex')), { sampleRateHz, channels }))
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
  test('a file that is cut within a page says so', async () => {
    await assert.rejects(measured(mediaFixture('opus.ogg').subarray(0, -1)), refusal(/last page/))
  })

  test('streams after each other are refused', async () => {
    await assert.rejects(
      measured(mediaFixture('opus.ogg'), mediaFixture('vorbis.ogg')),
      refusal(/several streams/),
    )
  })
})

describe('FLAC', () => {
  test('behind an ID3v2 tag', async () => {
    const tag = Buffer.from('ID3\x04\0\0\0\0\0\x04abcd', 'latin1')
    assert.equal((await measured(tag, mediaFixture('tone.flac'))).durationMs, 1000)
  })

  test('that announces more samples than there are is refused', async () => {
    const bytes = mediaFixture('tone.flac')
    bytes.writeUInt32BE(bytes.readUInt32BE(22) + 1, 22)
    await assert.rejects(measured(bytes), refusal(/last frame/))
  })
})
