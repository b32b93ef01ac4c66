import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import { CoreError } from '../../../core/errors.ts'
import type { MediaFacts } from '../../../core/model/media.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { createFactsReader } from './video-facts.ts'

const WAV: MediaFacts = {
  container: 'wav',
  contentType: 'audio/wav',
  durationMs: 1000,
  audio: { codec: 'pcm-s16', sampleRateHz: 8000, channels: 1 },
  video: null,
}

const uploadOf = (digit: string) => ({ id: digit.repeat(32) }) as Upload

/** A reader of files that `probe` looks at; `probed` counts them. */
function readerOf(probe: () => Promise<MediaFacts>, timeoutMs?: number) {
  const probed: ByteSource[] = []
  const source: ByteSource = {
    size: 5,
    read: async (start, end) => Buffer.from('bytes').subarray(start, end),
  }
  const read = createFactsReader(
    {
      media: {
        probe: (each) => {
          probed.push(each)
          return probe()
        },
        close: async () => {},
      },
      uploads: { bytes: async () => source },
    },
    timeoutMs,
  )
  return { read, probed }
}

const forever = () => new Promise<MediaFacts>(() => {})

test('huawei-vod: a file that takes too long to measure is taken without facts', async () => {
  const { read } = readerOf(forever, 1)
  const { media, note, heads } = await read(uploadOf('1'), 'WAV')
  assert.deepEqual([media, note], [null, 'The file could not be measured in time'])
  assert.equal(heads.length, 1)
  shows('huawei-vod', 'meta_data of files that take too long')
})

test('huawei-vod: all files that one confirm measures share its time', async () => {
  let probes = 0
  const { read } = readerOf(() => (probes++ === 0 ? forever() : Promise.resolve(WAV)), 1)
  await read(uploadOf('1'), 'WAV')
  assert.equal((await read(uploadOf('2'), 'WAV')).media, null)
})

test('huawei-vod: an upload that is looked at again is not measured again', async () => {
  const { read, probed } = readerOf(async () => WAV)
  const first = await read(uploadOf('1'), 'WAV')
  assert.deepEqual([first.media, first.note], [WAV, null])
  assert.equal(await read(uploadOf('1'), 'WAV'), first)
  assert.equal(probed.length, 1)
  await read(uploadOf('2'), 'WAV')
  assert.equal(probed.length, 2)
})

test('huawei-vod: a store that fails while a file is measured is no fault of the file', async () => {
  const failure = new CoreError('storage-failed', 'the disk is gone')
  const { read } = readerOf(() => Promise.reject(failure))
  await assert.rejects(read(uploadOf('1'), 'WAV'), (error) => error === failure)
  shows('huawei-vod', '500 of the store')
})
