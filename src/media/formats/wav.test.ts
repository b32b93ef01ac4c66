import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'

interface Shape {
  readonly riffSize?: number
  readonly dataSize?: number
  readonly tag?: number
  readonly channels?: number
  readonly sampleRateHz?: number
  readonly blockSize?: number
  readonly bits?: number
  /** Chunks between the head and the format. */
  readonly before?: Buffer
  /** Bytes behind the data. */
  readonly after?: Buffer
}

const chunk = (id: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.write(id, 'latin1')
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
}

/** A second of 8 kHz 16-bit mono, but for what `shape` says. */
function wav(shape: Shape = {}): Buffer {
  const { tag = 1, channels = 1, sampleRateHz = 8000, bits = 16 } = shape
  const { blockSize = (channels * bits) / 8, before = Buffer.alloc(0), after = Buffer.alloc(0) } = shape
  const format = Buffer.alloc(16)
  format.writeUInt16LE(tag, 0)
  format.writeUInt16LE(channels, 2)
  format.writeUInt32LE(sampleRateHz, 4)
  format.writeUInt32LE(sampleRateHz * blockSize, 8)
  format.writeUInt16LE(blockSize, 12)
  format.writeUInt16LE(bits, 14)
  const data = chunk('data', Buffer.alloc(16_000))
  const file = Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'),
    before,
    chunk('fmt ', format),
    data,
    after,
  ])
  file.writeUInt32LE(shape.riffSize ?? file.length - 8, 4)
  if (shape.dataSize !== undefined)
    file.writeUInt32LE(shape.dataSize, file.length - after.length - data.length + 4)
  return file
}

const durationOf = async (bytes: Uint8Array): Promise<number> =>
  (await measure(memorySource(bytes))).durationMs
/** The length of what is there of a file that is cut. */
const cutDurationOf = async (bytes: Uint8Array): Promise<number> => {
  const { isCut, durationMs } = await measure(memorySource(bytes))
  assert.equal(isCut, true)
  return durationMs
}
const refusal = (message: RegExp): object => ({ name: 'Refusal', message })

describe('the RIFF size is not believed', () => {
  for (const riffSize of [0, 1, 36, 0x7fffffff, 0xffffffff]) {
    test(`${riffSize}`, async () => assert.equal(await durationOf(wav({ riffSize })), 1000))
  }
})

describe('a data size that was left open is measured by what is there', () => {
  for (const dataSize of [0xffffffff, 0xfffffff0, 0xfffff000, 0x7ffff000, 0x7fffffff, 0x80000000]) {
    test(`${dataSize}`, async () => {
      const facts = await measure(memorySource(wav({ dataSize })))
      assert.deepEqual([facts.durationMs, facts.isCut], [1000, undefined])
    })
  }
  for (const riffSize of [0, 36, 0xffffffff]) {
    test(`0, and a RIFF size of ${riffSize}`, async () =>
      assert.equal(await durationOf(wav({ dataSize: 0, riffSize })), 1000))
  }
})

describe('a data size that was filled in is believed', () => {
  test('less than there is', async () => assert.equal(await durationOf(wav({ dataSize: 8000 })), 500))
  test('one byte more than there is: the file is cut', async () =>
    assert.equal(await cutDurationOf(wav({ dataSize: 16_001 })), 1000))
  test('much more than there is: the file is cut', async () =>
    assert.equal(await cutDurationOf(wav({ dataSize: 2 ** 30 })), 1000))
  test('none at all, where the RIFF size agrees', () =>
    assert.rejects(
      durationOf(wav({ dataSize: 0, after: chunk('LIST', Buffer.alloc(4)) })),
      refusal(/no audio/),
    ))
  test('other chunks behind it are no audio', async () =>
    assert.equal(await durationOf(wav({ after: chunk('LIST', Buffer.alloc(5000)) })), 1000))
})

describe('chunks before the format', () => {
  test('of odd length are padded', async () =>
    assert.equal(await durationOf(wav({ before: chunk('JUNK', Buffer.alloc(33)) })), 1000))
  test('of odd length may lack their padding', async () => {
    const before = chunk('JUNK', Buffer.alloc(33)).subarray(0, -1)
    assert.equal(await durationOf(wav({ before })), 1000)
  })
  test('may be many', async () =>
    assert.equal(
      await durationOf(wav({ before: Buffer.concat(Array(1000).fill(chunk('note', Buffer.alloc(6)))) })),
      1000,
    ))
  test('data before the format is refused', () =>
    assert.rejects(durationOf(wav({ before: chunk('data', Buffer.alloc(8)) })), refusal(/no format/)))
})

describe('the format', () => {
  const refused: Readonly<Record<string, Shape>> = {
    'no channels': { channels: 0, blockSize: 2 },
    'no sample rate': { sampleRateHz: 0 },
    'a block size that does not fit': { blockSize: 3 },
    'no block size': { blockSize: 0 },
    'no bits': { bits: 0, blockSize: 2 },
  }
  for (const [name, shape] of Object.entries(refused)) {
    test(`${name} is refused`, () => assert.rejects(durationOf(wav(shape)), refusal(/WAV/)))
  }

  test('20 bits are kept in 24', async () => {
    const facts = await measure(memorySource(wav({ bits: 20, blockSize: 3 })))
    assert.equal(facts.audio?.codec, 'pcm-s24')
  })

  test('an extensible format of an unknown kind has the length that its bytes a second tell', async () => {
    const bytes = mediaFixture('extensible.wav')
    bytes.fill(0xee, 46, 58)
    const facts = await measure(memorySource(bytes))
    assert.deepEqual([facts.durationMs, facts.audio?.codec], [250, 'wave-0100eeeeeeeeeeeeeeeeeeeeeeee9b71'])
  })

  test('an RF64 file whose long size goes beyond the file is cut', async () => {
    const bytes = mediaFixture('rf64.wav')
    bytes.writeBigUInt64LE(2n ** 40n, 28)
    assert.equal(await cutDurationOf(bytes), 500)
  })

  test('RIFX is big-endian', async () => {
    const bytes = Buffer.from(wav())
    bytes.write('RIFX')
    for (const at of [4, 16, 24, 28, 40]) bytes.subarray(at, at + 4).reverse()
    for (const at of [20, 22, 32, 34]) bytes.subarray(at, at + 2).reverse()
    const facts = await measure(memorySource(bytes))
    assert.deepEqual(facts.audio, { codec: 'pcm-s16be', sampleRateHz: 8000, channels: 1 })
    assert.equal(facts.durationMs, 1000)
  })
})

describe('a format of any tag has the length that the header tells', () => {
  /** 16,000 bytes of data; GSM and the like have no bits. */
  const compressed = (tag: number, more: Shape = {}): Shape => ({ tag, bits: 0, blockSize: 1, ...more })
  const fact = (samples: number): Buffer => {
    const content = Buffer.alloc(4)
    content.writeUInt32LE(samples)
    return chunk('fact', content)
  }
  const cases: Readonly<Record<string, readonly [Shape, string, number]>> = {
    'GSM 6.10: 320 samples in 65 bytes': [compressed(0x31, { blockSize: 65 }), 'gsm-ms', 9840],
    'G.722: two samples in a byte': [compressed(0x28f), 'g722', 4000],
    'Yamaha: two samples in a byte': [compressed(0x20, { blockSize: 1024 }), 'adpcm-yamaha', 3840],
    'by its bytes a second': [compressed(0x1234), 'wave-4660', 2000],
    'by its number of samples, before its bytes a second': [
      compressed(0x1234, { before: fact(24_000) }),
      'wave-4660',
      3000,
    ],
    'a number of samples that cannot be is not believed': [
      compressed(0x45, { before: fact(0xffffffff) }),
      'g726',
      2000,
    ],
    'a number of samples says nothing of data whose size is open': [
      compressed(0x83, { before: fact(24_000), dataSize: 0xffffffff }),
      'g729',
      2000,
    ],
  }
  for (const [name, [shape, codec, durationMs]] of Object.entries(cases)) {
    test(name, async () => {
      const facts = await measure(memorySource(wav(shape)))
      assert.deepEqual([facts.audio?.codec, facts.durationMs], [codec, durationMs])
    })
  }
  test('none of them is refused', () =>
    assert.rejects(
      durationOf(wav(compressed(0x1234, { blockSize: 0 }))),
      refusal(/does not tell the length/),
    ))
})

test('tags in front of the file are skipped', async () => {
  const tag = Buffer.from(`49443304000000000008${'00'.repeat(8)}`, 'hex')
  const facts = await measure(memorySource(Buffer.concat([tag, tag, wav()])))
  assert.deepEqual([facts.container, facts.durationMs], ['wav', 1000])
})
