import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'

const measured = (...parts: Uint8Array[]) => measure(memorySource(Buffer.concat(parts)))
const refusal = (message: RegExp): object => ({ name: 'Refusal', message })

describe('AMR', () => {
  /** Frames of 12.2 kbit/s, and of silence. */
  const speech = Buffer.concat([Uint8Array.of(0x3c), Buffer.alloc(31)])
  const silence = Buffer.concat([Uint8Array.of(0x44), Buffer.alloc(5)])
  const mark = Buffer.from('#!AMR\n')

  test('frames of any type are 20 ms', async () => {
    const facts = await measured(mark, speech, silence, Uint8Array.of(0x7c), speech)
    assert.deepEqual(facts, {
      ...{ container: 'amr', contentType: 'audio/amr', durationMs: 80, video: null },
      audio: { codec: 'amr-nb', sampleRateHz: 8000, channels: 1 },
    })
  })

  test('wide band has frames of other sizes', async () => {
    const facts = await measured(
      Buffer.from('#!AMR-WB\n'),
      Uint8Array.of(0x44),
      Buffer.alloc(60),
      Uint8Array.of(0x44),
      Buffer.alloc(60),
    )
    assert.equal(facts.durationMs, 40)
    assert.deepEqual(facts.audio, { codec: 'amr-wb', sampleRateHz: 16_000, channels: 1 })
  })

  test('a last frame that is cut does not count', async () => {
    assert.equal((await measured(mark, speech, speech.subarray(0, 5))).durationMs, 20)
    await assert.rejects(measured(mark, speech.subarray(0, 5)), refusal(/no usable length/))
  })

  test('long recordings are counted to the end', async () => {
    const minute = Buffer.concat([mark, ...Array<Uint8Array>(3000).fill(speech)])
    assert.equal((await measured(minute)).durationMs, 60_000)
  })

  test('frames of no known type are refused', () =>
    assert.rejects(measured(mark, Uint8Array.of(0x4c), Buffer.alloc(50)), refusal(/no known type/)))
})

describe('AC-3', () => {
  /** Silent frames of 32 kbit/s at 48 kHz: 128 bytes; `bsi` are mode, levels and low-frequency channel. */
  const frames = (bsi: number, count = 6) => {
    const frame = Buffer.alloc(128)
    frame.set([0x0b, 0x77, 0, 0, 0x00, 0x40, bsi >> 8, bsi & 0xff])
    return Buffer.concat(Array<Uint8Array>(count).fill(frame))
  }

  test('channels are those of the mode and the low-frequency one, wherever it stands', async () => {
    const channels = [
      [0b001_0_000000000000, 1],
      [0b001_1_000000000000, 2],
      [0b010_00_0_0000000000, 2],
      [0b010_00_1_0000000000, 3],
      [0b111_00_00_1_00000000, 6],
      [0b111_00_00_0_00000000, 5],
      [0b110_00_1_0000000000, 5],
      [0b011_00_1_0000000000, 4],
    ] as const
    for (const [bsi, count] of channels) {
      assert.equal((await measured(frames(bsi))).audio?.channels, count, bsi.toString(2))
    }
  })

  test('every frame is 1536 samples', async () =>
    assert.equal((await measured(frames(0x4000, 125))).durationMs, 4000))
})

describe('AVI and ASF', () => {
  test('frames beyond the first gigabyte count', async () => {
    const bytes = mediaFixture('video.avi')
    const at = bytes.indexOf('dmlh')
    // A short file has the list as an unused chunk.
    assert.equal(bytes.toString('latin1', at - 12, at - 8), 'JUNK')
    bytes.write('LIST', at - 12)
    bytes.writeUInt32LE(600, at + 8)
    assert.equal((await measured(bytes)).durationMs, 60_000)
  })

  test('a chunk that is longer than its list is refused', async () => {
    const bytes = mediaFixture('video.avi')
    bytes.writeUInt32LE(0x7fffffff, bytes.indexOf('strh') + 4)
    await assert.rejects(measured(bytes), refusal(/longer than what holds it/))
  })

  test('a broadcast is as long as its packets', async () => {
    const bytes = mediaFixture('tone.wma')
    const properties = bytes.indexOf(Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex'))
    bytes.writeUInt32LE(1, properties + 24 + 64)
    const { durationMs } = await measured(bytes)
    assert.ok(Math.abs(durationMs - 1021) < 60, `${durationMs} ms`)
  })

  test('a file whose data are not whole is as long as its head says, and cut', async () => {
    for (const [name, whole] of [
      ['tone.wma', 1021],
      ['video.avi', 1100],
    ] as const) {
      const { durationMs, isCut } = await measured(mediaFixture(name).subarray(0, -1000))
      assert.deepEqual([durationMs, isCut], [whole, true])
    }
  })

  test('the frames of an AVI file out of a pipe are counted', async () => {
    const bytes = mediaFixture('video.avi')
    bytes.writeUInt32LE(0xffffffff, 4)
    for (let at = bytes.indexOf('strh'); at !== -1; at = bytes.indexOf('strh', at + 4)) {
      bytes.writeUInt32LE(2 ** 30, at + 8 + 32)
    }
    const { durationMs, isCut } = await measured(bytes)
    assert.deepEqual([durationMs, isCut], [1100, undefined])
  })

  test('an extended stream tells the frame rate', async () => {
    const bytes = mediaFixture('video.wmv')
    const extension = Buffer.alloc(46 + 24 + 64)
    Buffer.from('b503bf5f2ea9cf118ee300c00c205365', 'hex').copy(extension)
    extension.writeBigUInt64LE(BigInt(extension.length), 16)
    Buffer.from('cba5e61472c632438399a96952065b5a', 'hex').copy(extension, 46)
    extension.writeBigUInt64LE(88n, 46 + 16)
    // Frames of 400,000 times 100 ns in the first stream.
    extension.writeUInt16LE(1, 46 + 24 + 48)
    extension.writeBigUInt64LE(400_000n, 46 + 24 + 52)
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(16) + BigInt(extension.length), 16)
    const facts = await measured(bytes.subarray(0, 30), extension, bytes.subarray(30))
    assert.equal(facts.video?.frameRate, 25)
  })
})

describe('frame rates', () => {
  test('are counted in live Matroska files that do not state them', async () => {
    const bytes = mediaFixture('piped.mkv')
    const at = bytes.indexOf(Buffer.from('23e383', 'hex'))
    assert.ok(at > 0)
    bytes[at + 2] = 0x84
    assert.equal((await measured(bytes)).video?.frameRate, 10)
  })

  test('of a video without a usable one are not told', async () => {
    const bytes = mediaFixture('silent.mp4')
    const at = bytes.indexOf('stsz')
    bytes.writeUInt32BE(0, at + 12)
    assert.equal((await measured(bytes)).video?.frameRate, null)
  })
})
