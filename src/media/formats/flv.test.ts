import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../../test/support/media-fixtures.ts'
import { measure } from '../measure.ts'
import { sizeInAvcConfig } from './pictures/avc.ts'

const measured = (...parts: Uint8Array[]) => measure(memorySource(Buffer.concat(parts)))
const refusal = (message: RegExp): object => ({ name: 'Refusal', message })

const HEAD = Buffer.from('464c5601050000000900000000', 'hex')

/** A tag with the size that follows it. Times in milliseconds. */
function tag(kind: number, time: number, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(11 + content.length + 4)
  bytes[0] = kind
  bytes.writeUIntBE(content.length, 1, 3)
  bytes.writeUIntBE(time & 0xffffff, 4, 3)
  bytes[7] = time >>> 24
  bytes.set(content, 11)
  bytes.writeUInt32BE(11 + content.length, 11 + content.length)
  return bytes
}

/** Tags of AAC at 44.1 kHz, stereo. */
const aacConfig = tag(8, 0, Buffer.from('af001210', 'hex'))
const aac = (time: number) => tag(8, time, Buffer.from('af01deadbeef', 'hex'))
const metadata = (text: string) => tag(18, 0, Buffer.from(text, 'latin1'))
/** `onMetaData` with these numbers. */
function numbers(values: Readonly<Record<string, number>>): Buffer {
  const fields = Object.entries(values).map(([name, value]) => {
    const field = Buffer.alloc(2 + name.length + 9)
    field.writeUInt16BE(name.length)
    field.write(name, 2)
    field.writeDoubleBE(value, 2 + name.length + 1)
    return field
  })
  const begin = Buffer.from('\x02\0\x0aonMetaData\x08\0\0\0\x01', 'latin1')
  return tag(18, 0, Buffer.concat([begin, ...fields, Buffer.from('\0\0\x09', 'latin1')]))
}
const size = { width: 64, height: 32 }
/** A VP6 frame. */
const vp6 = (time: number) => tag(9, time, Buffer.from('1400', 'hex'))

describe('FLV', () => {
  test('metadata that tell no size or rate leave it to the frames', async () => {
    const bytes = mediaFixture('video.flv')
    for (const name of ['width', 'height', 'framerate']) bytes[bytes.indexOf(name)] = 0x78
    const { video } = await measured(bytes)
    assert.deepEqual(video, { codec: 'avc', width: 160, height: 90, frameRate: 10 })
  })

  test('the length is the span of the frames, whatever time they begin at', async () => {
    const frames = [0, 40, 80, 120].map((time) => vp6(3_600_000_000 + time))
    const facts = await measured(HEAD, numbers(size), ...frames)
    assert.equal(facts.durationMs, 160)
    assert.deepEqual(facts.video, { codec: 'vp6f', ...size, frameRate: 25 })
  })

  test('times are those that frames are shown at', async () => {
    const avc = (time: number, delay: string) => tag(9, time, Buffer.from(`1701${delay}00`, 'hex'))
    const tags = [avc(0, '000050'), avc(40, '0000a0'), avc(80, '000028')]
    const facts = await measured(HEAD, numbers({ ...size, framerate: 25 }), ...tags)
    assert.equal(facts.durationMs, 40 + 160 + 40 - 80)
  })

  test('sound alone is measured by its frames', async () => {
    const facts = await measured(HEAD, aacConfig, aac(0), aac(23), aac(46))
    assert.equal(facts.video, null)
    assert.deepEqual(facts.audio, { codec: 'aac', sampleRateHz: 44_100, channels: 2 })
    assert.equal(facts.durationMs, 69)
  })

  test('codecs in four letters are known', async () => {
    for (const [letters, codec] of [
      ['hvc1', 'hevc'],
      ['av01', 'av1'],
      ['vp09', 'vp9'],
    ] as const) {
      const frame = (time: number) =>
        tag(9, time, Buffer.concat([Uint8Array.of(0x91), Buffer.from(letters), Buffer.alloc(8)]))
      const { video } = await measured(HEAD, numbers(size), frame(0), frame(40))
      assert.deepEqual(video, { codec, ...size, frameRate: 25 })
    }
  })

  test('tags of unknown kinds and empty ones are passed over', async () => {
    const facts = await measured(
      HEAD,
      numbers(size),
      tag(7, 0, Buffer.alloc(9)),
      vp6(0),
      tag(9, 20, Buffer.alloc(0)),
      vp6(40),
    )
    assert.equal(facts.durationMs, 80)
  })

  test('metadata of any other shape do no harm', async () => {
    const texts = [
      '',
      '\x02',
      '\x02\0\x0aonMetaData',
      '\x02\0\x0aonMetaData\x0a\xff\xff\xff\xff',
      '\x02\0\x0aonMetaData\x08\0\0\0\x01\0\x01a\x63',
    ]
    const deep = `\x02\0\x0aonMetaData${'\x03\0\x01a'.repeat(5000)}`
    for (const text of [...texts, deep]) {
      assert.equal((await measured(HEAD, metadata(text), aacConfig, aac(0), aac(23))).durationMs, 46)
    }
  })

  test('numbers in objects within the metadata are not those of the file', async () => {
    const inner =
      '\x02\0\x0aonMetaData\x08\0\0\0\x01\0\x01o\x03\0\x05width\0\x40\x59\0\0\0\0\0\0\0\0\x09\0\0\x09'
    await assert.rejects(measured(HEAD, metadata(inner), vp6(0), vp6(40)), refusal(/no usable size/))
  })

  test('a file without frames, without a size or without tags is refused', async () => {
    await assert.rejects(measured(HEAD), refusal(/no tags/))
    await assert.rejects(measured(HEAD, numbers(size)), refusal(/no audio and no video/))
    await assert.rejects(measured(HEAD, vp6(0), vp6(40)), refusal(/no usable size/))
    const far = Buffer.from(HEAD)
    far.writeUInt32BE(0xffffffff, 5)
    await assert.rejects(measured(far, vp6(0)), refusal(/no tags/))
    far.writeUInt32BE(0, 5)
    await assert.rejects(measured(far, vp6(0)), refusal(/no tags/))
  })

  test('a last tag that is not whole is told', async () => {
    const whole = Buffer.concat([HEAD, numbers(size), vp6(0), vp6(40), vp6(80)])
    for (let cut = 1; cut < vp6(0).length; cut++) {
      const { durationMs, isCut } = await measured(whole.subarray(0, -cut))
      assert.deepEqual([durationMs, isCut], [80, true], `cut by ${cut}`)
    }
  })

  test('bytes behind the last tag do not matter', async () => {
    const whole = Buffer.concat([HEAD, numbers(size), vp6(0), vp6(40), vp6(80)])
    for (const behind of [Buffer.from('end of file'), Buffer.alloc(5000, 0x41), Buffer.alloc(4)]) {
      const { durationMs, isCut } = await measured(whole, behind)
      assert.deepEqual([durationMs, isCut], [120, undefined])
    }
  })

  test('a file that is shorter than its metadata say has the length that they say, and is cut', async () => {
    const said = numbers({ ...size, filesize: 1e6, duration: 10 })
    const { durationMs, isCut } = await measured(Buffer.concat([HEAD, said, vp6(0), vp6(40)]))
    assert.deepEqual([durationMs, isCut], [10_000, true])
  })
})

describe('picture sizes in AVC set-ups', () => {
  const config = (unit: string): Uint8Array => {
    const bytes = Buffer.from(unit, 'hex')
    return Buffer.concat([Uint8Array.of(1, bytes[1] ?? 0, 0, 0, 0xff, 0xe1, 0, bytes.length), bytes])
  }

  test('are those of x264, cropped', () => {
    // 1920 by 1080 of 1088 lines, High; 160 by 90 of 96, High; 320 by 240, Baseline; 854 of 864 by 480, Baseline.
    const units = {
      '6742c016da0360f79bc044000003000400000300503c58ba80': [854, 480],
      '6764002aacd940780227e5c05a808080a0000003002000000781e30632c0': [1920, 1080],
      '6764000cac7204428df93011000003000100000300140f14298460': [160, 90],
      '6742c00dd90141fb011000000300100000030320f1426480': [320, 240],
    }
    for (const [unit, [width, height]] of Object.entries(units)) {
      assert.deepEqual(sizeInAvcConfig(config(unit)), { width, height })
    }
  })

  test('are null for what is no set-up', () => {
    const none = ['', '67', '6742c00d', '67640000', `67${'00'.repeat(20)}`, `6764${'ff'.repeat(20)}`]
    for (const unit of none) {
      const found = sizeInAvcConfig(config(unit))
      assert.ok(found === null || (found.width > 0 && found.height > 0), unit)
    }
    assert.equal(sizeInAvcConfig(new Uint8Array(0)), null)
    assert.equal(sizeInAvcConfig(Buffer.from('0142c00dffe100ff67', 'hex')), null)
  })
})
