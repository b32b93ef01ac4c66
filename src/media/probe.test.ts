import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import {
  expectedMediaFacts,
  mediaFixture,
  mediaFixtureNames,
  memorySource,
} from '../../test/support/media-fixtures.ts'
import { CoreError, isCoreError } from '../core/errors.ts'
import type { MediaFacts } from '../core/model/media.ts'
import type { ByteSource } from '../core/ports/media.ts'
import { createMediaProbe } from './index.ts'

const probe = createMediaProbe()
after(() => probe.close())

const refused = { code: 'media-refused' }

describe('files of every kind are measured like ffprobe does', () => {
  const expected = expectedMediaFacts()
  for (const [name, facts] of expected) {
    test(name, async () => {
      assert.deepEqual(await probe.probe(memorySource(mediaFixture(name))), facts)
    })
  }

  test('no media fixture is left out', () => {
    const others = mediaFixtureNames().filter((name) => !expected.has(name))
    assert.deepEqual(others, ['README.md', 'expected.json', 'picture.png', 'stored-mp3.zip'])
  })
})

describe('files that are no media are refused', () => {
  const files: Readonly<Record<string, Uint8Array>> = {
    text: mediaFixture('README.md'),
    JSON: mediaFixture('expected.json'),
    'a picture': mediaFixture('picture.png'),
    'an archive with an MP3 file in it': mediaFixture('stored-mp3.zip'),
    'random bytes': randomBytes(100_000),
    zeros: new Uint8Array(100_000),
    'one byte': Uint8Array.of(0xff),
    'frame syncs without frames': new Uint8Array(100_000).fill(0xff),
    'a WAVE header alone': Buffer.from('RIFF\x24\0\0\0WAVE', 'latin1'),
    'an AVI file': Buffer.from('RIFF\x24\0\0\0AVI LIST', 'latin1'),
    'an HTML page': Buffer.from('<!doctype html><title>404</title>'),
  }
  for (const [name, bytes] of Object.entries(files)) {
    test(name, () => assert.rejects(probe.probe(memorySource(bytes)), refused))
  }

  test('nothing at all, with a reason and no read', async () => {
    const source = { size: 0, read: () => assert.fail('there is nothing to read') }
    await assert.rejects(probe.probe(source), { ...refused, message: 'the file is empty' })
  })
})

describe('files that were cut are told to be, or refused, where the container tells', () => {
  /** Those of which every length tells something, from some length on. */
  const told = ['s16.wav', 'rf64.wav']
  for (const name of [
    ...[
      'video.mp4',
      'faststart.mp4',
      'video.mov',
      'vp8.webm',
      'video.mkv',
      'video.avi',
      'tone.wma',
      'vorbis.ogg',
    ],
    ...told,
  ]) {
    test(`${name}, at any length`, async () => {
      const bytes = mediaFixture(name)
      const whole = await probe.probe(memorySource(bytes))
      const step = Math.ceil(bytes.length / 100)
      const lengths = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step)
      const facts = await Promise.all(
        [...lengths, bytes.length - 1].map((length) => factsOf(bytes.subarray(0, length))),
      )
      for (const [index, cut] of facts.entries()) {
        assert.ok(cut === null || cut.isCut === true, `cut at ${lengths[index]}: ${JSON.stringify(cut)}`)
        assert.ok(cut === null || cut.durationMs <= whole.durationMs, `cut at ${lengths[index]}`)
      }
      if (told.includes(name)) assert.equal(facts.at(-1)?.isCut, true)
    })
  }

  test('FLAC, without its last frame', async () => {
    const facts = await factsOf(mediaFixture('tone.flac').subarray(0, -1500))
    assert.deepEqual([facts?.durationMs, facts?.isCut], [1000, true])
  })

  const factsOf = async (bytes: Uint8Array): Promise<MediaFacts | null> => {
    try {
      return await probe.probe(memorySource(bytes))
    } catch (error) {
      if (isCoreError(error, 'media-refused')) return null
      throw error
    }
  }

  for (const name of [
    'piped.wav',
    'vbr-bare.mp3',
    'tone.aac',
    'piped.webm',
    'piped.flac',
    'mp3.ts',
    'tone.mp2',
    'tone.ac3',
  ]) {
    test(`${name} does not tell: what is there is measured`, async () => {
      const bytes = mediaFixture(name)
      const whole = await probe.probe(memorySource(bytes))
      const half = await probe.probe(memorySource(bytes.subarray(0, Math.floor(bytes.length * 0.7))))
      assert.equal(half.container, whole.container)
      assert.ok(half.durationMs > 0 && half.durationMs < whole.durationMs, `${half.durationMs} ms`)
    })
  }
})

describe('the probe itself', () => {
  /** Long enough that its frames cannot be walked in no time. */
  const longMp3 = (): Uint8Array => {
    const frames = mediaFixture('cbr-bare.mp3')
    const bytes = Buffer.alloc(frames.length * 8000)
    for (let at = 0; at < bytes.length; at += frames.length) frames.copy(bytes, at)
    return bytes
  }

  test('rethrows what the source throws, as it is', async () => {
    const failure = new CoreError('storage-failed', 'the disk is gone')
    const source: ByteSource = { size: 1000, read: () => Promise.reject(failure) }
    await assert.rejects(probe.probe(source), (error) => error === failure)
  })

  test('rethrows a late failure of the source although a library reads', async () => {
    const bytes = Buffer.concat(Array.from({ length: 20 }, () => mediaFixture('video.ts')))
    const failure = new CoreError('storage-failed', 'the disk is gone')
    let reads = 0
    const source: ByteSource = {
      size: bytes.length,
      read: async (start, end) => {
        if (reads++ > 0) throw failure
        return bytes.subarray(start, end)
      },
    }
    await assert.rejects(probe.probe(source), (error) => error === failure)
    assert.ok(reads > 1)
  })

  test('takes a read of another length as a failure of the store', async () => {
    const source: ByteSource = { size: 1000, read: async () => new Uint8Array(10) }
    await assert.rejects(probe.probe(source), { code: 'storage-failed' })
  })

  test('leaves the bytes of the source alone', async () => {
    const bytes = mediaFixture('s16.wav')
    await probe.probe({ size: bytes.length, read: async () => bytes })
    assert.deepEqual(bytes, mediaFixture('s16.wav'))
  })

  test('asks for no more than a mebibyte at a time, within the file', async () => {
    const bytes = longMp3()
    const facts = await probe.probe({
      size: bytes.length,
      read: async (start, end) => {
        assert.ok(start >= 0 && start < end && end <= bytes.length && end - start <= 1024 * 1024)
        return bytes.subarray(start, end)
      },
    })
    const expected = (8000 * 40 * 1152 * 1000) / 44100
    assert.ok(Math.abs(facts.durationMs - expected) < expected / 10_000, String(facts.durationMs))
  })

  test('refuses a file that takes too long, and goes on with the next', async () => {
    const hasty = createMediaProbe({ timeoutMs: 1, workers: 1 })
    await assert.rejects(hasty.probe(memorySource(longMp3())), { ...refused, message: /within 1 ms/ })
    await assert.rejects(hasty.probe(memorySource(mediaFixture('README.md'))), refused)
    await hasty.close()
  })

  test('does not count the time that the bytes take', async () => {
    const patient = createMediaProbe({ timeoutMs: 4000, workers: 1 })
    const bytes = mediaFixture('s16.wav')
    const { promise, resolve } = Promise.withResolvers<void>()
    const measuring = patient.probe({
      size: bytes.length,
      read: async (start, end) => {
        await promise
        return bytes.subarray(start, end)
      },
    })
    setTimeout(resolve, 4500)
    assert.equal((await measuring).durationMs, 500)
    await patient.close()
  })

  test('queues more files than it has workers', async () => {
    const single = createMediaProbe({ workers: 1 })
    const names = ['s16.wav', 'README.md', 'video.mp4', 'vbr-bare.mp3', 'video.ts', 'opus.ogg', 's16.wav']
    const results = await Promise.allSettled(
      names.map((name) => single.probe(memorySource(mediaFixture(name)))),
    )
    const found = results.map((result) =>
      result.status === 'fulfilled' ? result.value.container : 'refused',
    )
    assert.deepEqual(found, ['wav', 'refused', 'mp4', 'mp3', 'ts', 'ogg', 'wav'])
    await single.close()
  })

  test('once closed, what is underway and what comes later is unavailable', async () => {
    const closing = createMediaProbe({ workers: 1 })
    const stuck: ByteSource = { size: 1000, read: () => new Promise(() => undefined) }
    const underway = [closing.probe(stuck), closing.probe(stuck)]
    const unavailable = Promise.all(
      underway.map((measuring) => assert.rejects(measuring, { code: 'unavailable' })),
    )
    await closing.close()
    await unavailable
    await assert.rejects(closing.probe(stuck), { code: 'unavailable' })
  })
})
